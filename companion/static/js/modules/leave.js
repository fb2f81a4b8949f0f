// Leaves in one tap, without a trace in this tab's history, and without waiting for anybody: the app is closed on this
// phone at once, and the server is asked to lock it.
import { closeHere } from "../ask_to_lock.js";

// Nor in what Back may bring up from memory.
function leaveNothing() {
  closeHere();
  document.documentElement.style.visibility = "hidden";
  for (const form of document.forms) form.reset();
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

export default function leave(way) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    if (globalThis.veil) globalThis.veil.close();
    else leaveNothing();
    location.replace(way.dataset.to);
  });
}
