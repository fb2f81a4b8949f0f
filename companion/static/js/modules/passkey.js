// A passkey, made or used: the form says what is asked, the browser answers, and the answer goes with the form.
// Without passkeys, or without scripts, the form stays hidden and the other way in is all there is.
const CEREMONIES = {
  create: (asked) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) }),
  get: (asked) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) }),
};

export default function passkey(form) {
  if (!globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  const { kind, asked } = form.dataset;
  const status = form.querySelector("[role=status]");
  form.hidden = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "";
    try {
      const credential = await CEREMONIES[kind](JSON.parse(asked));
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      status.textContent = form.dataset.failed;
    }
  });
}
