// Takes in what a form says: sealed, and on the disk, before anything asks the network.
import { append, get } from "./store.js";
import { ask, sendPast } from "./send.js";
import { seal } from "./seal.js";
import { tell } from "./changes.js";

// This phone has never been signed in, or was signed out: there is nobody to seal for.
export class NobodysError extends Error {}
// There is no room left on the phone, and the server can't be reached either.
export class NoRoomError extends Error {}

// `path` is that of the form it stands for; `fields` a list of [name, value]; `id` a UUID, the same for a second try.
// `opener` is whose phone it was when the form was opened, where that is known: what one has written isn't another's.
export async function keep(path, fields, id, opener) {
  const { owner, key } = (await get("settings", "box").catch(() => null)) ?? (await ask()).box ?? {};
  if (!owner || (opener && opener !== owner)) throw new NobodysError();
  const told = { path, fields: placed(fields) };
  const item = { id, owner, aside: false, sealed: await seal(told, { key, owner, id }) };
  try {
    await append(item);
  } catch {
    if (!(await sendPast(item))) throw new NoRoomError();
  }
  tell({});
}

// With when and where it was written, by the phone's own clock, unless the form says so itself.
function placed(fields) {
  const { timeZone = "" } = Intl.DateTimeFormat().resolvedOptions();
  const told = { entered_at: new Date().toISOString(), zone: timeZone };
  for (const [name, value] of fields) if (name in told && value) delete told[name];
  return [...fields.filter(([name, value]) => value || !(name in told)), ...Object.entries(told)];
}
