// Shows what the patient keeps on this phone, each thing behind a tap; its words are in the page only while it is open.
import { all, remove } from "../box/store.js";

export default async function kept(section) {
  const things = await all("kept").catch(() => []); // where the browser keeps nothing, nothing is kept
  const found = new Map(things.map((thing) => [thing.name, thing]));
  for (const details of section.querySelectorAll("details")) {
    const thing = found.get(details.dataset.name);
    if (thing?.lines.length) offer(section, details, thing);
  }
}

function offer(section, details, { name, lines, at }) {
  const list = details.querySelector("[data-lines]");
  const when = details.querySelector("time");
  const since = new Date(at);
  [when.dateTime, when.textContent] = [at, since.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" })];
  section.hidden = details.hidden = false;
  details.addEventListener("toggle", () => list.replaceChildren(...(details.open ? lines.flatMap(shown) : [])));
  details.querySelector("button").addEventListener("click", async () => {
    await remove("kept", name);
    details.remove();
    section.hidden = !section.querySelector("details:not([hidden])");
  });
}

function shown({ label, words }) {
  return [...(label ? [element("muted", label)] : []), element("written own-words", words)];
}

function element(look, text) {
  const made = document.createElement("p");
  [made.className, made.textContent] = [look, text];
  return made;
}
