// The page before everything while the app is locked.
import { askToLock, isClosed } from "../ask_to_lock.js";

export default function locked(form) {
  if (form.dataset.open === undefined) return;
  // The server holds the app open: it hasn't been told, or the app was opened meanwhile and this page is an old one.
  if (isClosed(true)) askToLock();
  else location.replace(form.elements.next.value || "/");
}
