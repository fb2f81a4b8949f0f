// Shown instead of a page that didn't come: asks for it again until there is a connection. One bar of signal comes
// without a word, so it doesn't wait for one.
const PAUSE = 5000; // milliseconds

export default function retry(link) {
  const own = new URL(link.dataset.page, location.href).pathname;
  if (location.pathname === own) return;
  addEventListener("online", tryAgain);
  setInterval(() => document.hidden || tryAgain(), PAUSE);
}

async function tryAgain() {
  const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" }).catch(() => null);
  if (answer?.ok || answer?.type === "opaqueredirect") location.reload();
}
