// Locks at once, and whenever the app gets out of sight.
// What the page itself has opened over it (a file to choose, the printer, a passkey) may hide it, and locks nothing.
const MAY_TAKE = 2 * 60 * 1000; // milliseconds
const ITS_OWN = "input[type=file], .passkey button";

export default function lock(button) {
  const { close, away, isClosed } = globalThis.veil;
  let goes = false; // to another page, which hides this one as well
  let waits = 0; // until when something of its own may hide it
  let hidden = 0; // until when it may be hidden by that

  button.addEventListener("click", (event) => {
    event.preventDefault();
    away(close());
  });

  const wait = () => { waits = Date.now() + MAY_TAKE; };
  const wake = () => { waits = 0; };
  addEventListener("click", ({ target }) => { if (target.closest?.(ITS_OWN)) wait(); }, true);
  addEventListener("beforeprint", wait);
  // Whoever touches the page has nothing before it any more.
  for (const name of ["afterprint", "pointerdown", "keydown", "change"]) addEventListener(name, wake, true);
  addEventListener("pagehide", () => { goes = true; });
  addEventListener("pageshow", () => { goes = false; });

  document.addEventListener("visibilitychange", () => {
    if (goes) return;
    if (document.hidden) {
      hidden = waits;
      wake();
      if (Date.now() >= hidden) close();
    } else if (isClosed() || (hidden && Date.now() >= hidden)) {
      away(close());
    }
  });
}
