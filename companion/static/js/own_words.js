// The patient's own words beside Now: their card, and what they prepared for what they decided. They are in the page only
// while they are looked at. The card is on this phone only where they keep it here; the rest is asked for when it is
// wanted, and kept nowhere.
import { get } from "./box/store.js";
import { within } from "./within.js";

const PATIENCE = 15_000; // ms
const A_MOMENT = 600;

export function ownWords(main) {
  const card = main.querySelector("[data-card]");
  const prepared = main.querySelector("[data-prepared]");
  const called = (name) => prepared.querySelector(`[data-when=${name}]`);
  let place = ""; // the page of the entry, once it and what was decided have got through
  let look = 0; // which look this is: what is answered for an earlier one comes too late

  function say(...names) {
    for (const part of prepared.querySelectorAll("[data-when]")) part.hidden = !names.includes(part.dataset.when);
  }

  function wipe() {
    look += 1;
    card.hidden = true;
    card.textContent = "";
    called("seen").replaceChildren();
    if (place) say("there");
  }

  async function see() {
    const mine = (look += 1);
    say();
    const page = await read(place);
    if (mine !== look) return;
    const found = page?.querySelector("[data-prepared]");
    called("seen").replaceChildren(...(found?.children ?? []));
    if (page) say(found && "seen");
    else say("away", "there");
  }

  // The screen is seen with the card or without it: nothing moves under a thumb because it came later.
  async function showCard(screen, owner, checkIn) {
    const mine = (look += 1);
    screen.style.opacity = 0;
    const words = await within(A_MOMENT, cardOf(owner, checkIn));
    screen.style.opacity = "";
    if (!words || mine !== look) return;
    card.textContent = words;
    card.hidden = false;
  }

  function show(state, owner, arrived) {
    place = "";
    wipe();
    const { decision, entry, screen } = state;
    if (screen === "alongside") showCard(card.parentElement, owner, arrived.get(entry));
    prepared.hidden = screen !== "saved" || !decision?.isPreparedFor;
    if (prepared.hidden) return;
    if (arrived.has(decision.id)) hasArrived(arrived.get(decision.id));
    else say("away");
  }

  function hasArrived(checkIn) {
    place = `/now/${checkIn}`;
    if (document.hidden) say("there");
    else see();
  }

  called("there").querySelector("button").addEventListener("click", see);

  return {
    show,
    wipe,
    // Something of this entry has got through.
    arrived: (state, sent, checkIn) => !prepared.hidden && sent === state.decision?.id && hasArrived(checkIn),
  };
}

// Their first card: as they keep it here, else as the server has it.
async function cardOf(owner, checkIn) {
  const kept = await get("kept", "cards").catch(() => undefined);
  if (kept && kept.owner === owner) return kept.lines[0]?.words;
  const page = checkIn && (await read(`/now/${checkIn}/alongside`));
  return page?.querySelector("[data-card]")?.textContent;
}

// A page of the patient's; null where there is no connection, or the app is locked.
async function read(path) {
  const limits = { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE) };
  const answer = await fetch(path, limits).catch(() => null);
  return answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}
