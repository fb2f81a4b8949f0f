// Leaves in one tap, without a trace in this tab's history, and without waiting for anybody: the app is closed on this
// phone at once, and the server is asked to lock it.
import { closeHere } from "../ask_to_lock.js";

export default function leave(way) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    if (globalThis.veil) globalThis.veil.close();
    else closeHere();
    location.replace(way.dataset.to);
  });
}
