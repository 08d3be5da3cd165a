// Finds the counter for which PBKDF2 gives a key that starts as asked: ALTCHA's proof of work, version 2.
// Takes the puzzle, tells how far it is, and ends with the solution, as shop/card_testing/challenge.py reads it.

const STEPS_BETWEEN_WORDS = 10;

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function keyOf(counter, { nonce, salt, cost, keyLength }) {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const material = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
  return hex(await crypto.subtle.deriveBits(how, material, keyLength * 8));
}

addEventListener("message", async ({ data: { puzzle, steps } }) => {
  const { parameters } = puzzle;
  const asked = { ...parameters, nonce: bytes(parameters.nonce), salt: bytes(parameters.salt) };
  for (let counter = 0; counter <= steps; counter++) {
    const derivedKey = await keyOf(counter, asked);
    if (derivedKey.startsWith(parameters.keyPrefix)) {
      postMessage({ solution: btoa(JSON.stringify({ challenge: puzzle, solution: { counter, derivedKey } })) });
      return;
    }
    if (counter % STEPS_BETWEEN_WORDS === 0) postMessage({ counter });
  }
  throw new Error("no counter solves the puzzle");
});
