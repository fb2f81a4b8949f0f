// Tells every open page of ours, this one too, that something has changed in the box.
const CHANNEL = "companion box";
const here = new EventTarget();
const others = new BroadcastChannel(CHANNEL);
others.addEventListener("message", ({ data }) => say(data));

// `change` is {sent, checkIn} for an item that the server has answered for, {state} for how sending went,
// {another} where somebody else has signed in, else {}.
export function tell(change) {
  say(change);
  others.postMessage(change);
}

export function tellOthers(change) {
  others.postMessage(change);
}

export function listen(heard) {
  here.addEventListener("change", ({ detail }) => heard(detail));
}

function say(change) {
  here.dispatchEvent(new CustomEvent("change", { detail: change }));
}
