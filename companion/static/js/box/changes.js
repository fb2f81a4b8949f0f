// Tells every open page of ours, this one too, that something has changed in the box.
const CHANNEL = "companion box";
const here = new EventTarget();
let others;
open();
// A page that hears something while the browser keeps it for Back is dropped from memory: meanwhile it hears nothing.
addEventListener("pagehide", () => others.close());
addEventListener("pageshow", ({ persisted }) => persisted && open());

function open() {
  others = new BroadcastChannel(CHANNEL);
  others.addEventListener("message", ({ data }) => say(data));
}

// `change` is {sent, checkIn} for an item that the server has answered for, {state} for how sending went,
// {another} where somebody else has signed in, else {}.
export function tell(change) {
  say(change);
  tellOthers(change);
}

export function tellOthers(change) {
  try {
    others.postMessage(change);
  } catch {
    // This page is on its way out, and its channel is closed.
  }
}

export function listen(heard) {
  here.addEventListener("change", ({ detail }) => heard(detail));
}

function say(change) {
  here.dispatchEvent(new CustomEvent("change", { detail: change }));
}
