// Takes to the server what waits on this phone, one after the other, in the order in which it was written.
// What the server has answered for is forgotten here; whatever happens in between, it is sent again, and counts once.
import { all, get, put, remove } from "./store.js";
import { toBase64url } from "./seal.js";
import { tell, tellOthers } from "./changes.js";

const ADDRESS = "/box";
const PATIENCE = 15_000;
const KEPT_THERE = 200;
const ANOTHERS = 409;
const UNREADABLE = 422;
const STALE = 400;
const FAULT = 500;
const ENOUGH_FAULTS = 5;
const A_DAY = 24 * 60 * 60 * 1000;

// To send forms with, as the server last gave it; kept in memory only.
export let token = "";

export const SENT = "sent";
export const UNREACHED = "unreached";
export const SIGNED_OUT = "signed out";

// What the server says to this phone now: whose it is, the newest key, a token to send with. Kept but for the token.
// Returns {state, box}; box only where it answered.
export async function ask() {
  const answer = await reach({ headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer) return { state: UNREACHED };
  if (answer.type === "opaqueredirect" || answer.status === 401) return { state: SIGNED_OUT };
  if (!answer.ok) return { state: UNREACHED };
  const box = await answer.json().catch(() => null);
  if (!box?.owner) return { state: UNREACHED };
  token = box.csrf;
  await forgetAnothers(box.owner);
  await put("settings", { name: "box", owner: box.owner, key: box.key, hasPin: box.has_pin, at: Date.now() });
  return { state: SENT, box };
}

// What another patient keeps on this phone to read is not shown to the one who signs in after them.
async function forgetAnothers(owner) {
  const last = await get("settings", "last");
  if (last?.owner === owner) return;
  if (last) for (const { name } of await all("kept")) await remove("kept", name);
  await put("settings", { name: "last", owner });
  if (last) tellOthers({ another: true });
}

// Sends all that waits; only one tab at a time does. Returns how it went: SENT, UNREACHED or SIGNED_OUT.
export async function send() {
  const state = await (navigator.locks ? navigator.locks.request("companion box", sendAll) : sendAll());
  tell({ state });
  return state;
}

// Sends one item past the store, as where the phone has no room left for it. Whether it is kept there.
export async function sendPast(item) {
  const { box } = await ask();
  const answer = box && box.owner === item.owner && (await post(item, box));
  return answer?.status === KEPT_THERE;
}

async function sendAll() {
  if (!(await waiting()).length) return SENT;
  const asked = await ask();
  let { box } = asked;
  if (!box) return asked.state;
  for (const item of await waiting(box.owner)) {
    let answer = await post(item, box);
    if (answer?.status === STALE) {
      ({ box } = await ask());
      answer = box?.owner === item.owner ? await post(item, box) : null;
    }
    if (!answer) return UNREACHED;
    if (answer.status === 401) return SIGNED_OUT;
    if (!(await settled(item, answer))) return UNREACHED;
  }
  return SENT;
}

// Whether the server has answered for this item; a server in trouble hasn't.
async function settled(item, answer) {
  if (answer.status === KEPT_THERE) {
    const { check_in: checkIn } = await answer.json().catch(() => ({}));
    await remove("items", item.id);
    tell({ sent: item.id, checkIn });
  } else if (answer.status === UNREADABLE) {
    await put("items", { ...item, aside: true });
    tell({});
  } else if (answer.status === FAULT) {
    return isAtFault(item);
  } else {
    return answer.status === ANOTHERS;
  }
  return true;
}

// Whether the server has stumbled over this very item so often, and for so long, that the others shall not wait for it
// any longer. A server that is in trouble for an hour sets nothing aside.
async function isAtFault(item) {
  const faults = (item.faults ?? 0) + 1;
  const since = item.since ?? Date.now();
  const aside = faults >= ENOUGH_FAULTS && Date.now() - since > A_DAY;
  await put("items", { ...item, faults, since, aside });
  return aside;
}

// What waits, of everybody who has written on this phone or of one owner; what couldn't be read there doesn't.
export async function waiting(owner) {
  const items = (await all("items")).filter((item) => !item.aside && (!owner || item.owner === owner));
  return items.sort((one, other) => one.number - other.number);
}

// {waiting, aside, others}: how many wait, how many the server couldn't read, how many are of another account.
export async function counted() {
  const items = await all("items");
  const owner = (await get("settings", "box"))?.owner;
  const mine = items.filter((item) => item.owner === owner);
  const aside = mine.filter((item) => item.aside).length;
  return { waiting: mine.length - aside, aside, others: items.length - mine.length };
}

function post(item, box) {
  const fields = {
    csrf_token: box.csrf,
    id: item.id,
    owner: item.owner,
    sealed: toBase64url(item.sealed),
    sent_at: new Date().toISOString(),
  };
  return reach({ method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
}

// The answer; null where there is none.
function reach(how) {
  const limits = { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) };
  return fetch(ADDRESS, { ...limits, ...how }).catch(() => null);
}
