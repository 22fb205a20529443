// The ceremonies of a passkey (W3C Web Authentication), for forms with data-passkey="create" or
// "get": what the device answers goes into the field `credential`, and the form is sent. Where a
// field of the page takes passkeys (autocomplete="… webauthn"), the browser proposes them there too.
// The pages work without: there are other ways to sign in.
const toBytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
};
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));

function readable({ publicKey }) {
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: toBytes(options.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (options[name]) options[name] = listed(options[name]);
  }
  return { publicKey: options };
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function fetched(form) {
  const here = document.getElementById("passkey-options");
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error("no options");
  return answer.json();
}

// The server remembers the last challenge only: one is asked for after the other.
let last = Promise.resolve();
const asked = (form) => (last = last.catch(() => {}).then(() => fetched(form)));

function send(form, credential) {
  form.elements.credential.value = written(credential);
  form.submit();
}

// Two ceremonies at once are an error: the button ends the one that waits.
let waiting = null;

async function propose(form) {
  if (!document.querySelector('[autocomplete~="webauthn"]')) return;
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false))) return;
  const { signal } = (waiting = new AbortController());
  try {
    const options = readable(await asked(form));
    send(form, await navigator.credentials.get({ ...options, mediation: "conditional", signal }));
  } catch {
    // Nothing was asked of the person, and nothing is said: the button is there.
  }
}

async function hold(form) {
  waiting?.abort();
  const button = form.querySelector("[data-passkey-go]");
  const status = form.querySelector("[data-passkey-status]");
  button.setAttribute("aria-busy", "true");
  status.textContent = "";
  try {
    send(form, await navigator.credentials[form.dataset.passkey](readable(await asked(form))));
  } catch {
    button.removeAttribute("aria-busy");
    status.textContent = form.dataset.failed;
    if (waiting) propose(form);
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  for (const instead of document.querySelectorAll("[data-without-passkey]")) instead.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    hold(form);
  });
  propose(form);
}
