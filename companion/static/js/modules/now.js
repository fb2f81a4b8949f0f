// Two taps to saved: once every scale of the form has been answered by hand, the form sends itself, unless its buttons
// are the answer that still lacks.
// Whoever uses the keyboard passes over numbers on the way to theirs, and saves with the button.
export default function now(form) {
  const ends = !form.querySelector("button[name]");
  let byHand = false;

  form.addEventListener("pointerdown", () => (byHand = true));
  form.addEventListener("keydown", () => (byHand = false));
  form.addEventListener("change", (event) => {
    const isWhole = ends && byHand && event.target.type === "radio" && isAnswered(form);
    if (isWhole && !form.elements.earlier_time?.closest("details").open) form.requestSubmit();
  });
  if (!form.dataset.keep) sentOnce(form);
}

// What is sent to the server, as long as nothing on the phone takes it in.
function sentOnce(form) {
  const fresh = form.elements.client_id?.value;
  let sent = false;

  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    const { entered_at, sent_at } = form.elements;
    if (entered_at) entered_at.value = sent_at.value = new Date().toISOString();
  });

  // Back to a page that the browser has kept: what is rated now is another entry.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted || !sent) return;
    sent = false;
    form.reset();
    form.elements.client_id.value = crypto.randomUUID?.() ?? fresh;
  });
}

function isAnswered(form) {
  return [...form.querySelectorAll(".rating")].every((scale) => scale.querySelector(":checked"));
}
