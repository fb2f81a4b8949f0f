// The service worker: what it keeps, and who answers what is fetched. Each handler answers, or leaves it to the next.
import { fill, sweep } from "./keep.js";
import { files } from "./files.js";
import { pages } from "./pages.js";
import { posts, synced } from "./posts.js";

// `told`: { version, files: [address], pages: [{ page: address, path, first: "cache" | "network" }] }
export function work(told) {
  const handlers = [files(told), pages(told), posts(told)];

  addEventListener("install", (event) => event.waitUntil(fill(told)));
  addEventListener("activate", (event) => event.waitUntil(sweep(told)));
  addEventListener("fetch", (event) => {
    for (const handle of handlers) {
      const answer = handle(event);
      if (answer) return event.respondWith(answer);
    }
  });
  addEventListener("sync", synced);
}
