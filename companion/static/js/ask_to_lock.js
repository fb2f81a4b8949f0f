// Asks the server to lock the app, from a page that is there while it is locked; nobody waits for the answer.
export function askToLock() {
  const form = document.getElementById("lock");
  fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    keepalive: true,
    redirect: "manual",
  }).catch(() => {});
}
