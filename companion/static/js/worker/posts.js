// Forms that an open page sends. Those that may be written anywhere are taken in first, sealed, and let go of once the
// server has answered for them: no connection that breaks off loses one.
import { keep } from "../box/keep.js";
import { send } from "../box/send.js";
import { remove } from "../box/store.js";
import { within } from "../within.js";
import { kept } from "./keep.js";

const ID = "[0-9a-f-]{36}";
const TAKEN_IN = new RegExp(
  `^/(now|now/words|now/${ID}/(more|again|meant|next|outcome|words|sharing)|lines|plan/already|plan/${ID}/after)$`,
);
const ENTERING = /^\/(sign-in|begin)(\/|$)/;
const SAVED = "/now/kept"; // the page that says so
const PATIENCE = 10_000;
const ANSWERED_FOR = new Set([200, 409, 422]);

export function posts(told) {
  return ({ request }) => {
    if (request.method !== "POST" || request.mode !== "navigate") return undefined;
    const { origin, pathname } = new URL(request.url);
    if (origin !== location.origin) return undefined;
    if (ENTERING.test(pathname)) return entered(request);
    return TAKEN_IN.test(pathname) ? takenIn(told, request, pathname) : undefined;
  };
}

// Before another may come in, this phone forgets whose it was: nothing is sealed for one under another's name.
async function entered(request) {
  const answer = await fetch(request);
  if (answer.ok || isRedirect(answer)) await remove("settings", "box").catch(() => {});
  return answer;
}

async function takenIn(told, request, pathname) {
  const id = await takeIn(request.clone(), pathname).catch(() => null);
  if (!id) return fetch(request);
  const answer = await within(PATIENCE, fetch(request).catch(() => null), null);
  if (!answer || answer.status >= 500) {
    sendLater();
    return kept(told, SAVED);
  }
  if (isRedirect(answer) || ANSWERED_FOR.has(answer.status)) await remove("items", id);
  return answer;
}

async function takeIn(request, pathname) {
  const fields = [...new URLSearchParams(await request.text())].filter(([name]) => name !== "csrf_token");
  if (fields.some(([name]) => name === "unsent")) return null; // only shown again, to be gone on with
  const id = crypto.randomUUID(); // what is sent once more with other words waits as well, beside the first
  await keep(pathname, fields, id);
  return id;
}

// Where the browser can: once there is a connection, even if no page of ours is open by then.
function sendLater() {
  self.registration.sync?.register("box").catch(() => {});
}

export const synced = (event) => event.tag === "box" && event.waitUntil(send());

const isRedirect = (answer) => answer.type === "opaqueredirect";
