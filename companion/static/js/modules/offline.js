// Has the browser keep what is nobody's, once the page is there, so that it opens without a connection. A browser that
// can't works as before.
export default function offline() {
  const begin = () => navigator.serviceWorker?.register("/sw.js", { type: "module" }).catch(() => {});
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
}
