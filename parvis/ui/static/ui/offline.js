// What is typed is not lost, and what is sent is sent once, network or not.
//
// Drafts: `drafts.save(key, form)`, `drafts.load(key)`, `drafts.restore(key, form)`, `drafts.remove(key)`.
// Queue: `queue.add({key, url, form})` keeps a form (photos too) and sends it in its turn, in the
// order of asking, until the server answers 2xx, or refuses it (4xx with {code, message}): then it
// goes back to the drafts, under `draft` (as usual, the key), with what was said. `key` is a UUID; it
// goes along as `client_key`, by which the server knows that it has it already. `queue.waiting()`,
// `queue.send()`.
// Pages: `keep(addresses)` makes pages open without network on this device, `forget(addresses)` or
// `forget()` takes them away again.
// Events on window: « parvis:queue » {what: waiting · sent · refused · later · stopped, key, answer}.
//
// A form with data-offline="name" needs no program of its own: it is kept while it is typed, and goes
// through the queue when it is sent; data-text-waiting, data-text-refused, data-text-stopped (one has
// to sign in) and [data-offline-status] say how it stands. The server answers it {"url": where to go next}.
const DRAFTS = "drafts";
const QUEUE = "queue";
const AGAIN_MS = 30_000;

// --- the store --------------------------------------------------------------------------------

let opening;
function store() {
  opening ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("parvis-offline", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(DRAFTS, { keyPath: "key" });
      const line = asked.result.createObjectStore(QUEUE, { keyPath: "order", autoIncrement: true });
      line.createIndex("key", "key", { unique: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opening;
}

async function inside(name, mode, act) {
  const base = await store();
  return new Promise((resolve, reject) => {
    const work = base.transaction(name, mode);
    const asked = act(work.objectStore(name));
    work.oncomplete = () => resolve(asked?.result);
    work.onerror = work.onabort = (event) => reject(event.target.error ?? work.error);
  });
}

function listed(form) {
  const data = form instanceof HTMLFormElement ? new FormData(form) : form;
  const entries = data instanceof FormData ? [...data.entries()] : [...data];
  return entries.filter(([name, value]) => name !== "csrfmiddlewaretoken" && !(value instanceof File && !value.size && !value.name));
}

// --- drafts -----------------------------------------------------------------------------------

export const drafts = {
  async save(key, form, refused = null) {
    await inside(DRAFTS, "readwrite", (all) => all.put({ key, entries: listed(form), refused, at: Date.now() }));
    navigator.storage?.persist?.();
  },
  load: (key) => inside(DRAFTS, "readonly", (all) => all.get(key)),
  remove: (key) => inside(DRAFTS, "readwrite", (all) => all.delete(key)),
  all: () => inside(DRAFTS, "readonly", (all) => all.getAll()),
  // Fill a form with what was kept; return the draft, or undefined if there is none.
  async restore(key, form) {
    const draft = await drafts.load(key);
    if (!draft) return undefined;
    const files = new Map();
    for (const control of form.elements) {
      if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    }
    for (const [name, value] of draft.entries) {
      if (value instanceof Blob) files.set(name, [...(files.get(name) ?? []), value]);
      else fill(form, name, value);
    }
    for (const [name, kept] of files) handOver(form.elements.namedItem(name), kept);
    return draft;
  },
};

function fill(form, name, value) {
  const found = form.elements.namedItem(name);
  for (const control of found instanceof RadioNodeList ? found : found ? [found] : []) {
    if (control.type === "checkbox" || control.type === "radio") control.checked ||= control.value === value;
    else if (control.type !== "file") control.value = value;
  }
}

function handOver(control, kept) {
  if (control?.type !== "file") return;
  const held = new DataTransfer();
  for (const one of kept) held.items.add(one instanceof File ? one : new File([one], "photo.jpg", { type: one.type }));
  control.files = held.files;
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

// --- the queue --------------------------------------------------------------------------------

export const queue = {
  async add({ key, url, form, draft = key }) {
    const entries = listed(form);
    if (!entries.some(([name]) => name === "client_key")) entries.push(["client_key", key]);
    const entry = { key, draft, url: new URL(url, location.href).href, entries, at: Date.now() };
    try {
      await inside(QUEUE, "readwrite", (line) => line.add(entry));
      navigator.storage?.persist?.();
      tell("waiting", key);
    } catch (trouble) {
      // It is in the line already: asked twice, it is sent once.
      if (trouble?.name !== "ConstraintError") throw trouble;
    }
    return queue.send({ patient: true });
  },
  waiting: () => inside(QUEUE, "readonly", (line) => line.getAll()),
  // Send what waits; another page of ours that is sending is left to it. Who has just written or
  // pressed the button is patient: what is being sent now began without knowing of it.
  async send({ patient = false } = {}) {
    if (!navigator.locks) return inTurn();
    const asked = { ifAvailable: !patient };
    return navigator.locks.request("parvis-queue", asked, (lock) => (lock ? inTurn() : undefined));
  },
};

async function inTurn() {
  for (const entry of await queue.waiting()) {
    const said = await sent(entry);
    if (said.what === "refused") await drafts.save(entry.draft, entry.entries, said.answer);
    if (said.what === "sent" || said.what === "refused") {
      await inside(QUEUE, "readwrite", (line) => line.delete(entry.order));
    }
    tell(said.what, entry.key, said.answer);
    if (said.what === "later" || said.what === "stopped") return;
  }
}

function token() {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function sent({ url, entries, at }) {
  const body = new FormData();
  for (const [name, value] of entries) {
    if (value instanceof Blob) body.append(name, value, value.name ?? "photo.jpg");
    else body.append(name, value);
  }
  if (!body.has("made_at")) body.append("made_at", new Date(at).toISOString());
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  try {
    const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual" });
    return judged(answer, await answer.json().catch(() => null));
  } catch {
    return { what: "later" };
  }
}

const LATER = new Set([408, 425, 429]);
// What every page of ours answers who must sign in again, or who needs a new token.
const STOPS = new Set([undefined, "form_expired", "forbidden", "sign_in"]);

function judged(answer, said) {
  if (answer.ok) return { what: "sent", answer: said };
  if (answer.status >= 500 || LATER.has(answer.status)) return { what: "later" };
  const isClosed = answer.status === 401 || (answer.status === 403 && STOPS.has(said?.code));
  // The person has to do something first; nothing is lost.
  if (answer.type === "opaqueredirect" || isClosed) return { what: "stopped" };
  return { what: "refused", answer: said?.code ? said : { code: `http_${answer.status}`, message: "" } };
}

function tell(what, key, answer = null) {
  window.dispatchEvent(new CustomEvent("parvis:queue", { detail: { what, key, answer } }));
}

// --- pages without network --------------------------------------------------------------------

async function ask(message) {
  if (!navigator.serviceWorker) return false;
  const { active } = await navigator.serviceWorker.ready;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    active.postMessage(message, [port2]);
  });
}

// Everything of ours that this page has loaded.
function loaded() {
  const fetched = performance.getEntriesByType("resource").map((one) => one.name);
  const named = [...document.querySelectorAll("link[rel=stylesheet], script[src], [data-basemap]")].map(
    (one) => new URL(one.href || one.src || one.dataset.basemap, location.href).href,
  );
  return [...new Set([...fetched, ...named])].filter((one) => one.startsWith(location.origin) && new URL(one).pathname.includes("/static/"));
}

export const keep = (addresses = [location.href]) =>
  ask({ keep: addresses.map((one) => new URL(one, location.href).href), parts: loaded() });
export const forget = (addresses = null) => ask({ forget: addresses?.map((one) => new URL(one, location.href).href) ?? "all" });

async function begin() {
  const worker = document.querySelector("meta[name=parvis-worker]");
  if (!worker || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register(worker.content);
  if (worker.hasAttribute("data-keep")) await keep();
}

// --- forms that say data-offline --------------------------------------------------------------

function offline(form) {
  const name = `${form.dataset.offline}:${new URL(form.action, location.href).pathname}`;
  const status = form.querySelector("[data-offline-status]");
  const say = (text) => { if (status) status.textContent = text ?? ""; };
  let key;
  let soon;
  let filling = false;
  // Nothing was typed since it was sent: a second press of the button has nothing to send.
  let gone = false;
  // It stands as it was kept: another tab that shows the same may have sent it meanwhile.
  let asKept = false;
  const touched = () => {
    gone = false;
    if (!filling) asKept = false;
  };
  const save = () => {
    touched();
    if (!filling) drafts.save(name, form);
  };
  const restore = async () => {
    filling = true;
    const draft = await drafts.restore(name, form).finally(() => { filling = false; });
    if (draft) gone = false;
    asKept = Boolean(draft);
    if (draft?.refused) say([form.dataset.textRefused, draft.refused.message].filter(Boolean).join(" "));
    if (draft) form.dispatchEvent(new CustomEvent("parvis:restored", { bubbles: true, detail: draft }));
  };
  window.addEventListener("parvis:queue", async ({ detail: { what, key: whose, answer } }) => {
    if (whose !== key) return;
    if (what === "waiting") {
      // It is in the line now: kept here too, it would be sent twice.
      await drafts.remove(name);
      form.reset();
    }
    if (what === "sent" && answer?.url) location.assign(answer.url);
    else if (what === "refused") await restore();
    else say(what === "stopped" ? form.dataset.textStopped ?? form.dataset.textWaiting : form.dataset.textWaiting);
  });
  form.addEventListener("input", () => { touched(); clearTimeout(soon); soon = setTimeout(save, 400); });
  form.addEventListener("change", save);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (gone) return;
    gone = true;
    clearTimeout(soon);
    const said = new FormData(form, event.submitter);
    if (asKept && !(await drafts.load(name))) {
      form.reset();
      say(form.dataset.textWaiting);
      return;
    }
    key = crypto.randomUUID();
    try {
      await queue.add({ key, url: form.action, form: said, draft: name });
    } catch (trouble) {
      gone = false;
      throw trouble;
    }
  });
  restore();
}

// --- <c-outbox>: what waits, said on the page -------------------------------------------------

async function outbox(section) {
  const waiting = await queue.waiting();
  section.hidden = !waiting.length;
  const { textOne, textMany } = section.dataset;
  section.querySelector("[data-outbox-count]").textContent = (waiting.length === 1 ? textOne : textMany).replace("{n}", waiting.length);
}

for (const form of document.querySelectorAll("form[data-offline]")) offline(form);
for (const section of document.querySelectorAll("[data-outbox]")) {
  section.querySelector("button").addEventListener("click", () => queue.send({ patient: true }));
  window.addEventListener("parvis:queue", () => outbox(section));
  outbox(section);
}
window.addEventListener("online", () => queue.send());
document.addEventListener("visibilitychange", () => { if (!document.hidden) queue.send(); });
setInterval(() => { if (navigator.onLine) queue.send(); }, AGAIN_MS);
begin();
queue.send();
