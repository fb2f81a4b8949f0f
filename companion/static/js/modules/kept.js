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
  const list = details.querySelector(".terms");
  const when = details.querySelector("time");
  [when.dateTime, when.textContent] = [at, day(at)];
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
  const made = document.createElement("div");
  [made.className, made.textContent] = [look, text];
  return made;
}

// In the language of the page, written as this phone's owner writes it: 31 March, or March 31.
function day(at) {
  const { lang } = document.documentElement;
  const written = navigator.languages.find((each) => each.startsWith(lang)) ?? lang;
  return new Date(at).toLocaleDateString(written, { dateStyle: "long" });
}
