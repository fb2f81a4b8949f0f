// Locks at once, and whenever the app gets out of sight.
// What the page itself has opened over it (a file to choose, the printer, a passkey) may hide it, and locks nothing.
const MAY_TAKE = 2 * 60 * 1000; // milliseconds
const AGAIN = 4 * 1000; // milliseconds after which it is tried again, where no answer came
const ITS_OWN = "input[type=file], .passkey button";

export default function lock(button) {
  const { close, away, isClosed, stays } = globalThis.veil;
  let goes = false; // to another page, which hides this one as well
  let waits = 0; // until when something of its own may hide it
  let hidden = 0; // until when it may be hidden by that

  button.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });

  // What is being written goes to the server, which hands it back, sealed, with the lock. Without a connection it waits
  // where it is, veiled.
  async function go() {
    const locking = close();
    const form = document.querySelector("form[data-kept]") ?? (stays ? null : written());
    if (!form) return away(locking);
    if ((await locking) === undefined) {
      document.getElementById("waits").hidden = false;
      return void setTimeout(go, AGAIN);
    }
    keep(form, button.dataset.writing);
  }

  globalThis.veil.onClosed = go;
  const wait = () => { waits = Date.now() + MAY_TAKE; };
  const wake = () => { waits = 0; };
  addEventListener("click", ({ target }) => { if (target.closest?.(ITS_OWN)) wait(); }, true);
  addEventListener("beforeprint", wait);
  // Whoever touches the page has nothing before it any more.
  for (const name of ["afterprint", "pointerdown", "keydown", "change"]) addEventListener(name, wake, true);
  addEventListener("pagehide", () => { goes = true; });
  addEventListener("pageshow", () => { goes = false; });

  document.addEventListener("visibilitychange", () => {
    if (goes) return;
    if (document.hidden) {
      hidden = waits;
      wake();
      if (Date.now() >= hidden) close();
    } else if (isClosed() || (hidden && Date.now() >= hidden)) {
      go();
    }
  });
}

// The form on which something has been written or chosen; after a POST the page has come with what was sent.
function written() {
  const isAnswer = document.body.dataset.locks === "unsent";
  const isNew = (field) =>
    field.type === "hidden" || field.type === "submit" ? false
    : field.type === "radio" || field.type === "checkbox" ? field.checked && (isAnswer || !field.defaultChecked)
    : field.value !== undefined && field.value !== "" && (isAnswer || field.value !== field.defaultValue);
  return [...document.querySelectorAll("main form")].find((form) => [...form.elements].some((each) => each.tagName !== "SELECT" && isNew(each)));
}

function keep(form, where) {
  const fields = new FormData(form);
  const token = document.getElementById("lock").elements.csrf_token.value;
  fields.delete("csrf_token");
  const told = { csrf_token: token, path: new URL(form.action).pathname, fields: new URLSearchParams(fields).toString() };
  const sent = document.createElement("form");
  Object.assign(sent, { method: "post", action: where, hidden: true });
  for (const [name, value] of Object.entries(told)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    sent.append(field);
  }
  document.body.append(sent);
  sent.submit();
}
