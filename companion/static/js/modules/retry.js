// Shown instead of a page that didn't come: asks for it again as soon as there is a connection.
export default function retry(link) {
  const own = new URL(link.dataset.page, location.href).pathname;
  if (location.pathname !== own) addEventListener("online", () => location.reload());
}
