// Leaves in one tap, without a trace in this tab's history, and without waiting for anybody: the app is closed on this
// phone at once, and the server is asked to lock it.
import { closeHere } from "../ask_to_lock.js";

export default function leave(way) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    if (globalThis.veil) globalThis.veil.close();
    else leaveNothing();
    location.replace(way.dataset.to);
  });
}

// On a page that is nobody's: what Back brings up from memory, if it does, has nothing written on it and is asked for anew.
function leaveNothing() {
  closeHere();
  document.documentElement.style.visibility = "hidden";
  for (const form of document.forms) form.reset();
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
