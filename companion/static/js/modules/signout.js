// Signs out once nothing waits here any more, or asks what is to become of what does. Then clears the phone of the rest.
import { all, get, remove } from "../box/store.js";
import { send, waiting } from "../box/send.js";

const PATIENCE = 4_000;

export default function signout(form) {
  const question = form.querySelector("[data-question]");
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
    answers[event.submitter?.value ?? ""]();
  });

  function ask(isAsked) {
    question.hidden = !isAsked;
    if (isAsked) question.focus();
  }

  async function go() {
    await clear();
    globalThis.veil?.mark(); // what Back would bring up stays veiled
    form.submit();
  }
}

// What of this account's has not got through yet, after one more try.
async function left() {
  await Promise.race([send(), new Promise((done) => setTimeout(done, PATIENCE))]);
  return waiting((await get("settings", "box"))?.owner ?? "nobody");
}

// Whose phone it is, what they keep on it to read, and the app's own files; what waits to be sent stays, sealed.
async function clear() {
  for (const store of ["kept", "settings"]) for (const { name } of await all(store)) await remove(store, name);
  for (const name of await caches.keys()) await caches.delete(name);
  await (await navigator.serviceWorker?.getRegistration())?.unregister();
}
