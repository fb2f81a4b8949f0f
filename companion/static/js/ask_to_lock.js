// Closing the app from a page that is there while it is locked, or that is nobody's: it has nothing to veil.
import { token } from "./box/send.js";

// What opens next on this phone is the lock, whether or not the server hears of it now.
export function closeHere() {
  try {
    localStorage.setItem("closed", "1");
  } catch {
    // A browser that keeps nothing for pages: then the server's lock is all there is.
  }
  askToLock();
}

// `unknown` is the answer where the browser remembers nothing.
export function isClosed(unknown = false) {
  try {
    return Boolean(localStorage.getItem("closed"));
  } catch {
    return unknown;
  }
}

// Nobody waits for the answer. A page without a token leaves it to the next one, which asks as well.
export function askToLock() {
  const form = document.getElementById("lock");
  if (!form && !token) return;
  const body = new URLSearchParams(form ? new FormData(form) : { csrf_token: token });
  fetch("/lock", { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
}
