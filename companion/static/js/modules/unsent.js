// What still waits on this phone, in plain words; and sends it whenever there may be a connection.
// Its words stand in the page: [data-when] for each thing to say, [data-count] where the number goes.
import { listen } from "../box/changes.js";
import { ask, counted, send, SIGNED_OUT } from "../box/send.js";
import { get } from "../box/store.js";

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;
const A_DAY = 24 * 60 * 60 * 1000;

export default function unsent(place) {
  let pause = FIRST_PAUSE;
  let timer = 0;

  async function say(state) {
    const { waiting, aside, others } = await counted();
    const said = {
      one: waiting === 1,
      many: waiting > 1,
      "signed-out": waiting > 0 && state === SIGNED_OUT,
      aside: aside > 0,
      others: others > 0,
    };
    for (const line of place.querySelectorAll("[data-when]")) line.hidden = !said[line.dataset.when];
    for (const count of place.querySelectorAll("[data-count]")) count.textContent = waiting;
    place.hidden = !Object.values(said).includes(true);
    return waiting;
  }

  // Again after a while as long as something waits: one bar of signal comes and goes without a word.
  async function sendWhatWaits() {
    clearTimeout(timer);
    const state = await send();
    const left = await say(state);
    pause = left ? Math.min(pause * 2, LONGEST_PAUSE) : FIRST_PAUSE;
    if (left && state !== SIGNED_OUT && !document.hidden) timer = setTimeout(sendWhatWaits, pause);
  }

  function atOnce() {
    pause = FIRST_PAUSE;
    return sendWhatWaits();
  }

  listen(() => say());
  addEventListener("online", atOnce);
  addEventListener("pageshow", atOnce);
  document.addEventListener("visibilitychange", () => document.hidden || atOnce());
  say().then(atOnce).then(known);
}

// Whose phone it is and the newest key, for when there is no connection.
async function known() {
  const box = await get("settings", "box");
  if (!box || Date.now() - box.at > A_DAY) await ask();
}
