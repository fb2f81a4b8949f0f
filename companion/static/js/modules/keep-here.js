// Keeps the words of this page on the phone, as plain text, where the patient chose so after the warning; and keeps
// them fresh whenever the page is opened. What another person keeps here is neither shown as one's own nor written over
// unasked.
import { get, put, remove } from "../box/store.js";

export default async function keepHere(section) {
  const { name, owner } = section.dataset;
  const [offer, kept, failure] = ["not-kept", "kept", "failed"].map((when) => section.querySelector(`[data-when=${when}]`));
  const show = (isKept) => {
    [offer.hidden, kept.hidden, failure.hidden] = [isKept, !isKept, true];
  };
  const tried = (act) => act().catch(() => (failure.hidden = false));
  const keep = async () => {
    await put("kept", { name, owner, lines: linesOnPage(), at: new Date().toISOString() });
    show(true);
  };

  offer.querySelector("button").addEventListener("click", () => tried(keep));
  kept.querySelector("button").addEventListener("click", () =>
    tried(async () => {
      await remove("kept", name);
      offer.open = false;
      show(false);
    }),
  );

  await tried(async () => {
    const stands = await get("kept", name);
    const isMine = stands?.owner === owner;
    show(isMine);
    section.hidden = !isMine && !linesOnPage().length;
    if (isMine && JSON.stringify(stands.lines) !== JSON.stringify(linesOnPage())) await keep();
  });
}

function linesOnPage() {
  return [...document.querySelectorAll("[data-line]")].map((line) => ({
    label: line.dataset.line,
    words: line.textContent,
  }));
}
