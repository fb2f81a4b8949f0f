// A form with which somebody goes for good: what Back would bring up stays veiled until somebody is let in again.
export default function close(form) {
  form.addEventListener("submit", () => globalThis.veil?.mark());
}
