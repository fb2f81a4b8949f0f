// Static files of the worker's own version, from the cache; those of another from where they are.
import { kept } from "./keep.js";

export function files(told) {
  const known = new Set(told.files);
  return ({ request }) => {
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin || !known.has(pathname)) return undefined;
    return kept(told, pathname).then((found) => found ?? fetch(request));
  };
}
