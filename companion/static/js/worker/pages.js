// Pages: those that stand in for others, at once or where no answer comes; any other from the network alone.
import { within } from "../within.js";
import { kept } from "./keep.js";

const ANYWHERE = "*";
const PATIENCE = 3000; // ms, where there is a page that can be shown instead
const NOBODY_BEHIND = new Set([502, 503, 504]); // what a proxy says when it can't reach us

export function pages(told) {
  const standing = new Map(told.pages.map((each) => [each.path, each]));
  return ({ request }) => {
    if (request.method !== "GET" || request.mode !== "navigate") return undefined;
    const known = standing.get(new URL(request.url).pathname);
    if (known?.first === "cache") return kept(told, known.page).then((found) => found ?? fetch(request));
    return known ? fetched(told, request, known, PATIENCE) : fetched(told, request, standing.get(ANYWHERE));
  };
}

async function fetched(told, request, { page }, patience) {
  const asked = fetch(request).catch(() => undefined);
  const answer = await (patience ? within(patience, asked) : asked);
  if (answer && !NOBODY_BEHIND.has(answer.status)) return answer;
  return (await kept(told, page)) ?? answer ?? Response.error();
}
