// Leaves without a trace in this tab's history: Back doesn't return to the page that was left.
export default function leave(link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  });
}
