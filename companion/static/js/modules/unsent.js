// What still waits on this phone, in plain words; and sends it whenever there may be a connection, unless it only says.
// Its words stand in the page: [data-when] for each thing to say, [data-count] where the number goes.
import { listen } from "../box/changes.js";
import { ask, counted, send, SIGNED_OUT } from "../box/send.js";
import { get, put } from "../box/store.js";

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;
const A_DAY = 24 * 60 * 60 * 1000;

export default function unsent(place) {
  let pause = FIRST_PAUSE;
  let timer = 0;
  let state; // how sending went last

  async function say(change) {
    if (change?.another) return location.reload(); // this page is of who was here before
    state = change?.state ?? state;
    const { waiting, aside, others } = await counted();
    const isSignedOut = state === SIGNED_OUT;
    const said = {
      none: waiting + aside + others === 0,
      one: waiting === 1,
      many: waiting > 1,
      waiting: waiting > 0 && !isSignedOut,
      "signed-out": waiting > 0 && isSignedOut,
      odd: waiting === 0 && aside + others > 0,
      aside: aside > 0,
      others: others > 0,
    };
    for (const line of place.querySelectorAll("[data-when]")) line.hidden = !said[line.dataset.when];
    for (const count of place.querySelectorAll("[data-count]")) count.textContent = waiting;
    place.hidden = [...place.querySelectorAll("[data-when]")].every((line) => line.hidden);
    return waiting;
  }

  // Again after a while as long as something waits: one bar of signal comes and goes without a word.
  async function sendWhatWaits() {
    clearTimeout(timer);
    const state = await send();
    const left = await say({ state });
    pause = left ? Math.min(pause * 2, LONGEST_PAUSE) : FIRST_PAUSE;
    if (left && state !== SIGNED_OUT && !document.hidden) timer = setTimeout(sendWhatWaits, pause);
  }

  function atOnce() {
    pause = FIRST_PAUSE;
    return sendWhatWaits();
  }

  listen(say);
  if (place.dataset.onlySays !== undefined) return say();
  addEventListener("online", atOnce);
  addEventListener("pageshow", atOnce);
  document.addEventListener("visibilitychange", () => document.hidden || atOnce());
  known();
  say().then(atOnce);
}

// Whose phone it is, the newest key, and whether there is a PIN, for when there is no connection.
async function known() {
  const box = await get("settings", "box");
  if (!box || Date.now() - box.at > A_DAY) return ask();
  const { veil } = globalThis; // which only pages of the patient's own have
  const hasPin = document.body.dataset.locks !== undefined;
  if (veil && box.hasPin !== hasPin) await put("settings", { ...box, hasPin });
}
