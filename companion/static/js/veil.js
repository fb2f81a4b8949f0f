// Stands in the head of a patient's pages and runs before anything of them is shown: while the app is closed on this
// phone, nothing is. Closed says localStorage, for all tabs and for what Back brings up from memory; locked says the
// server, which is asked as well, and whose word is what counts.
globalThis.veil = (() => {
  const { locked, stays, opened } = document.currentScript.dataset;
  const root = document.documentElement;
  const PATIENCE = 3000; // milliseconds in which a server answers, or nobody waits for it
  const draw = (on) => { root.style.visibility = on ? "hidden" : ""; };

  // A browser that keeps nothing for pages has no memory of being closed either: then the server's lock is all.
  const remember = (change) => { try { return change(localStorage); } catch { return null; } };
  const isClosed = () => Boolean(remember((store) => store.getItem("closed")));

  // Whether the server has it; undefined where no answer came. Who leaves doesn't wait for it.
  async function ask() {
    try {
      const form = document.getElementById("lock");
      const body = new URLSearchParams(new FormData(form));
      const limits = { keepalive: true, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(form.action, { method: "POST", body, ...limits });
      return answer.type === "opaqueredirect";
    } catch {
      return undefined;
    }
  }

  const mark = () => remember((store) => store.setItem("closed", "1"));

  function close() {
    draw(true);
    mark();
    return ask();
  }

  // To the lock; where the page is there while locked, to the page as it is then.
  async function away(lock) {
    const isThere = stays !== undefined && (await lock);
    location.replace(isThere ? location.pathname : `${locked}?next=${encodeURIComponent(location.pathname)}`);
  }

  if (opened !== undefined) remember((store) => store.removeItem("closed"));
  if (isClosed()) {
    draw(true);
    addEventListener("DOMContentLoaded", () => away(close()));
  }
  // What is kept for Back is kept veiled, and looked at only if nothing has been closed since.
  addEventListener("pagehide", () => draw(true));
  addEventListener("pageshow", ({ persisted }) => {
    if (!isClosed()) draw(false);
    else if (persisted) away(close());
  });
  // Closed in another tab: what is being written here is seen to, where that is somebody's business, else this goes.
  const veil = { onClosed: () => away(close()) };
  addEventListener("storage", ({ key, newValue }) => {
    if (key === "closed" && newValue) veil.onClosed();
  });
  return Object.assign(veil, { mark, close, away, isClosed, stays: stays !== undefined });
})();
