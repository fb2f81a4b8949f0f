// What is kept: the neutral pages and the static files of one version, in one cache, all of them or none. This is the
// only place that puts anything into a cache, and it puts nothing that the server doesn't say is the same for everybody.
const OURS = "nobodys-";
const nameOf = ({ version }) => OURS + version;

export async function fill(told) {
  const cache = await caches.open(nameOf(told));
  const addresses = new Set([...told.files, ...told.pages.map(({ page }) => page)]);
  await Promise.all([...addresses].map((address) => keep(cache, address)));
}

// When an older version has nobody left who uses it.
export async function sweep(told) {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== nameOf(told));
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

export async function kept(told, address) {
  const cache = await caches.open(nameOf(told));
  return cache.match(address, { ignoreVary: true });
}

async function keep(cache, address) {
  const answer = await fetch(address, { credentials: "omit", redirect: "error" });
  if (!isNobodys(answer)) throw new Error(`not the same for everybody: ${address}`);
  await cache.put(address, answer);
}

function isNobodys({ status, headers }) {
  return status === 200 && (headers.get("Neutral") === "1" || headers.get("Cache-Control")?.startsWith("public"));
}
