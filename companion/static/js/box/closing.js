// Closing the app from a page that is nobody's, and so has nothing to veil: what opens next on this phone is the lock.
import { token } from "./send.js";

export function closeHere() {
  try {
    localStorage.setItem("closed", "1");
  } catch {
    // A browser that keeps nothing for pages: then the server's lock is all there is.
  }
  if (!token) return; // the next page of the patient's own asks for it
  const body = new URLSearchParams({ csrf_token: token });
  fetch("/lock", { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
}
