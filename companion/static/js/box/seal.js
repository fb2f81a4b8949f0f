// Sealing to the practice's public key, so that nothing that waits on this phone can be read on it.
// The format, and why it is ours: docs/adr, "A sealed, write-only drop box".
const FORM = 1;
const BLOCK = 256; // what is sealed is filled up to a multiple of it: its length says less
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("companion box 1");

// What a form sends, as bytes that only the server opens, and only for this owner and under this id.
// `key` is {id, public} as GET /box gives it; `owner` 32 hexadecimal digits; `id` a UUID.
export async function seal(told, { key, owner, id }) {
  const theirs = fromBase64url(key.public);
  const mine = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", mine.publicKey));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const head = joined(Uint8Array.of(FORM), fromHex(key.id));
  const bound = joined(head, fromHex(owner), fromHex(id.replaceAll("-", "")));
  const cipher = await cipherOf(await agreed(mine.privateKey, theirs), joined(point, theirs));
  const text = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, cipher, padded(told));
  return joined(head, point, iv, new Uint8Array(text));
}

export function toBase64url(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function agreed(mine, theirs) {
  const point = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
  return crypto.subtle.deriveBits({ name: "ECDH", public: point }, mine, 256);
}

async function cipherOf(secret, salt) {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: INFO };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}

function padded(told) {
  const text = new TextEncoder().encode(JSON.stringify(told));
  const filled = new Uint8Array(Math.ceil(text.length / BLOCK) * BLOCK).fill(0x20);
  filled.set(text);
  return filled;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
