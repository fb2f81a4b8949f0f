// The page before everything while the app is locked.
export default function locked(form) {
  let isClosed = false;
  try {
    isClosed = Boolean(localStorage.getItem("closed"));
  } catch {
    // Then the server's word is all there is.
  }
  if (form.dataset.open === undefined) return;
  // The server holds the app open: it hasn't been told, or the app was opened meanwhile and this page is an old one.
  const lock = document.getElementById("lock");
  if (isClosed) fetch(lock.action, { method: "POST", body: new URLSearchParams(new FormData(lock)), redirect: "manual" }).catch(() => {});
  else location.replace(form.elements.next.value || "/");
}
