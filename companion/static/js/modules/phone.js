// Now on the phone itself: every screen of it is here already, and what is entered is kept here before anything else.
// The page is the same for everybody. A form names where it would be sent (data-keep), where {entry} stands for the entry
// that was made last.
import { keep, NobodysError } from "../box/keep.js";
import { closeHere, isClosed } from "../ask_to_lock.js";
import { listen } from "../box/changes.js";
import { ask, send } from "../box/send.js";
import { get } from "../box/store.js";
import { ownWords } from "../own_words.js";

const A_WHILE = 60 * 60 * 1000;
const FIRST = { "/now/words": "words", "/lines": "lines" };

export default function phone(main) {
  const screens = [...main.querySelectorAll("[data-screen]")];
  const words = ownWords(main);
  const kept = [];
  const arrived = new Map(); // the server's id of the entry, by the id of what of it has got through
  let owner; // whose phone it was when this page was opened
  get("settings", "box").then((box) => (owner = box?.owner)).catch(() => {});
  let state = cameBack() && history.state?.screen ? history.state : { screen: first() };

  function show(next, { isBack = false } = {}) {
    state = next;
    if (!isBack) history.pushState(state, "");
    for (const screen of screens) screen.hidden = screen.dataset.screen !== state.screen;
    for (const part of main.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(state.door);
    for (const fold of main.querySelectorAll("[data-open-of]")) fold.open = fold.dataset.openOf === state.door;
    main.querySelector("[data-undecided]").hidden = state.door !== "guilt" || Boolean(state.decision);
    main.querySelector("[data-unasked]").hidden ||= Boolean(state.isAsked);
    main.querySelector("[data-not-enough]").hidden ||= isEnough();
    main.querySelector("[data-beside]").hidden = !state.isBeside;
    main.querySelector("[data-seen]").hidden = true;
    words.show(state, owner, arrived);
    scrollTo(0, 0);
    if (!isBack) main.querySelector("[data-screen]:not([hidden]) [tabindex='-1']")?.focus();
  }

  async function take(form, button) {
    const trouble = main.querySelector("[data-trouble]");
    trouble.hidden = true;
    form.dataset.id ??= crypto.randomUUID();
    const { id } = form.dataset;
    const fields = [...new FormData(form, button)].filter(([, value]) => value !== "");
    try {
      await keep(form.dataset.keep.replace("{entry}", state.entry), [["client_id", id], ...fields], id, owner);
    } catch (error) {
      trouble.textContent = error instanceof NobodysError ? trouble.dataset.nobody : trouble.dataset.full;
      trouble.hidden = false;
      trouble.scrollIntoView({ block: "center" });
      return false;
    }
    delete form.dataset.id;
    say(form, button);
    follow(form, id, button);
    form.reset();
    send();
    return true;
  }

  // What stands above: that it is saved, and after the third within an hour, that the phone may go.
  function say(form, button) {
    if (isFirst(form)) kept.push(Date.now());
    main.querySelector("[data-said]").textContent = isEnough() ? main.dataset.enough : main.dataset.saved;
    const answer = main.querySelector("[data-answer]");
    answer.textContent = button?.dataset.answer ?? "";
    answer.hidden = !answer.textContent;
  }

  const isEnough = () => kept.filter((at) => Date.now() - at < A_WHILE).length >= Number(main.dataset.enoughAt);

  // Beside the patient one thing follows on another; all else leads back to what is saved.
  function follow(form, id, button) {
    const act = form.dataset.keep.split("/").pop();
    if (isFirst(form)) show({ entry: id, door: form.dataset.door, screen: "saved" });
    else if (act === "again" && state.isBeside) show({ ...state, screen: "next" });
    else if (act === "next") show({ ...state, decision: decided(id, button), isBeside: false, screen: "saved" });
    else show({ ...state, isAsked: state.isAsked || act === "second-look", screen: "saved" });
  }

  main.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-keep]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    take(form, event.submitter).finally(() => delete form.dataset.busy);
  });

  main.addEventListener("click", (event) => {
    const way = event.target.closest("[data-to]");
    if (!way) return;
    event.preventDefault();
    const { to } = way.dataset;
    show({ ...state, screen: to, isBeside: to === "alongside" || (state.isBeside && to !== "saved") });
  });

  addEventListener("popstate", ({ state: back }) => show(back?.screen ? back : { screen: first() }, { isBack: true }));

  // Once it has arrived, there is a page of the server's with all of it.
  listen(({ sent, checkIn }) => {
    const seen = main.querySelector("[data-seen]");
    if (!checkIn) return;
    arrived.set(sent, checkIn);
    words.arrived(state, sent, checkIn);
    if (sent !== state.entry) return;
    seen.querySelector("a").href = `/now/${checkIn}`;
    seen.hidden = false;
  });

  // Where there is a PIN, nothing can be read here either once the app is out of sight: what is half written is kept,
  // and nobody else reads it before the patient has said who may.
  let goes = false; // to another page, which hides this one as well
  addEventListener("pagehide", () => (goes = true));
  addEventListener("pageshow", () => (goes = false));
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) words.wipe();
    else if (state.screen === "alongside") words.show(state, owner, arrived);
    if (goes || !document.hidden || !(await get("settings", "box").catch(() => null))?.hasPin) return;
    closeHere();
    forgetAbout(main);
    const forms = [...main.querySelectorAll("form[data-keep]")];
    const written = forms.filter((form) => isSeen(form) && isWritten(form));
    for (const form of written) keepToOneself(form);
    for (const form of written) if (!(await take(form))) return;
    for (const form of forms) form.reset();
    show({ screen: first() });
  });

  history.replaceState(state, "");
  show(state, { isBack: true });
  main.hidden = false;
  about(main);
}

const first = () => FIRST[location.pathname] ?? "doors";

// What the entry will be taken to be about, where the server says so before anything is answered. Otherwise it is found
// out when the entry arrives, from what was planned for its time.
async function about(main) {
  if (new URLSearchParams(location.search).get("about") === "else") {
    for (const near of main.querySelectorAll("[name=near]")) near.remove();
    return;
  }
  const { box } = await ask().catch(() => ({}));
  if (!box?.occasion || isClosed() || main.querySelector("#rate :checked")) return;
  const { activity } = box.occasion;
  for (const line of main.querySelectorAll("[data-about]")) {
    line.querySelector(".own-words").textContent = activity;
    line.hidden = false;
  }
  for (const question of main.querySelectorAll("[data-question]")) {
    const legend = question.querySelector("legend");
    question.dataset.plain = legend.textContent;
    legend.textContent = question.dataset.question.replace("{what}", activity);
  }
}

// Whoever asks for Now again gets it from the start; whoever comes back finds the screen that was there.
const cameBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

// Which decision it is stays in no history: only whether the plan may have words for it.
const decided = (id, button) => ({ id, isPreparedFor: "prepares" in button.dataset });

const isSeen = (form) => !form.closest("[data-screen]").hidden;
const isWritten = (form) =>
  [...form.querySelectorAll("textarea, input[type=text]")].some(({ value }) => value.trim()) ||
  (!isFirst(form) && form.querySelector(":checked:not([name=visibility])") !== null);

// Whether it begins an entry; the others hang on one.
const isFirst = (form) => !form.dataset.keep.includes("{entry}");

// What it is about stands nowhere any more.
function forgetAbout(main) {
  for (const line of main.querySelectorAll("[data-about]")) {
    line.querySelector(".own-words").textContent = "";
    line.hidden = true;
  }
  for (const question of main.querySelectorAll("[data-plain]")) {
    question.querySelector("legend").textContent = question.dataset.plain;
  }
}

function keepToOneself(form) {
  const choice = form.querySelector("[name=visibility][value=words_private], [name=words_private]");
  if (choice) choice.checked = true;
}
