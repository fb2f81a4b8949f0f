// Signs out once nothing waits here any more, or asks what is to become of what does. Then clears the phone of the rest.
// No step is waited for without end: someone who signs out wants to be gone.
import { all, get, remove } from "../box/store.js";
import { send, waiting } from "../box/send.js";
import { within } from "../within.js";

const PATIENCE = 4_000;
const ANSWERED = 10_000;

export default function signout(form) {
  const [question, failed] = ["question", "failed"].map((name) => form.querySelector(`[data-${name}]`));
  const answers = {
    "": async () => ((await left()).length ? ask(true) : go()),
    stay: () => ask(false),
    keep: go,
    throw: async () => {
      for (const { id } of await left()) await remove("items", id);
      await go();
    },
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    for (const each of buttons) each.disabled = true;
    const done = answers[event.submitter?.value ?? ""]();
    Promise.resolve(done).finally(() => buttons.forEach((each) => (each.disabled = false)));
  });

  function ask(isAsked) {
    question.hidden = !isAsked;
    if (isAsked) question.focus();
  }

  // Only once the server has let go: a phone that is cleared and still signed in would be the worst of both.
  async function go() {
    const body = new URLSearchParams(new FormData(form));
    const limits = { redirect: "manual", signal: AbortSignal.timeout(ANSWERED) };
    const answer = await fetch(form.action, { method: "POST", body, ...limits }).catch(() => null);
    failed.hidden = answer !== null;
    if (!answer) return;
    if (answer.type !== "opaqueredirect") return form.submit(); // the page that says why not
    globalThis.veil?.mark(); // what Back would bring up stays veiled
    await within(PATIENCE, clear()).catch(() => {});
    location.replace("/sign-in");
  }
}

// What of this account's has not got through yet, after one more try. Where the browser keeps nothing, nothing waits.
async function left() {
  await within(PATIENCE, send()).catch(() => {});
  return within(PATIENCE, unsent(), []).catch(() => []);
}

const unsent = async () => waiting((await get("settings", "box"))?.owner ?? "nobody");

// Whose phone it is, what they keep on it to read, and the app's own files; what waits to be sent stays, sealed.
async function clear() {
  for (const store of ["kept", "settings"]) for (const { name } of await all(store)) await remove(store, name);
  for (const name of await caches.keys()) await caches.delete(name);
  await (await navigator.serviceWorker?.getRegistration())?.unregister();
}
