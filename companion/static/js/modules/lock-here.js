// Locks at once, from a page that is nobody's; there only where this phone knows of a PIN.
import { closeHere } from "../ask_to_lock.js";
import { get } from "../box/store.js";

export default async function lockHere(way) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    closeHere();
    location.replace(way.href);
  });
  way.hidden = !(await get("settings", "box").catch(() => null))?.hasPin;
}
