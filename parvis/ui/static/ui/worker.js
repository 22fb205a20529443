// Answers without network for pages that were kept: the page asks (offline.js), nothing is kept by
// itself but the page that says that one is offline. Served at the root of what it answers for.
const AWAY = "@@away@@";
const SCOPE = new URL(self.registration.scope).pathname;
const PAGES = `parvis-pages ${SCOPE}`;
const PARTS = `parvis-parts ${SCOPE}`;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const PATIENCE_MS = 5000;
const SOON_MS = 500;
const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    await kept(PAGES, [AWAY]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), old()]));
});

self.addEventListener("message", (event) => {
  const { keep, parts, forget } = event.data ?? {};
  event.waitUntil((async () => {
    if (keep) await Promise.all([kept(PAGES, keep), kept(PARTS, parts ?? [])]);
    if (forget) await forgotten(forget);
    event.ports[0]?.postMessage(true);
  })());
});

async function kept(name, addresses) {
  const cache = await caches.open(name);
  await Promise.all(addresses.map(async (address) => {
    if (HASHED.test(address) && (await cache.match(address, { ignoreVary: true }))) return;
    const answer = await fetch(address, { cache: "no-cache" }).catch(() => null);
    if (answer?.ok && !answer.redirected) await put(cache, address, answer);
  }));
}

async function put(cache, address, answer) {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  headers.delete("Content-Encoding");
  await cache.put(address, new Response(await answer.blob(), { headers, status: answer.status }));
}

async function forgotten(which) {
  if (which === "all") {
    await Promise.all([caches.delete(PAGES), caches.delete(PARTS)]);
    await kept(PAGES, [AWAY]);
    return;
  }
  const cache = await caches.open(PAGES);
  await Promise.all(which.map((address) => cache.delete(address)));
}

async function old() {
  const cache = await caches.open(PAGES);
  for (const request of await cache.keys()) {
    const answer = await cache.match(request, { ignoreVary: true });
    const age = Date.now() - Number(answer.headers.get("X-Kept-At"));
    if (age > KEPT_FOR_MS && new URL(request.url).pathname !== AWAY) await cache.delete(request);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.includes("/static/")) event.respondWith(part(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
  else event.respondWith(other(request));
});

async function part(request) {
  const cache = await caches.open(PARTS);
  const held = await cache.match(request, { ignoreVary: true });
  if (held && HASHED.test(request.url)) return held;
  return fetch(request).catch((trouble) => { if (held) return held; throw trouble; });
}

async function page(request) {
  const cache = await caches.open(PAGES);
  const held = await cache.match(request, { ignoreVary: true });
  try {
    const answer = await (held ? inTime(fetch(request)) : twice(request));
    if (held && answer.ok && !answer.redirected) await put(cache, request.url, answer.clone());
    // A server that is down is no network either.
    return held && answer.status >= 502 ? held : answer;
  } catch {
    return held ?? (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) ?? (await cache.match(AWAY, { ignoreVary: true })) ?? Response.error();
  }
}

// Where the network has only just come back, the first try may still fail.
async function twice(request) {
  return fetch(request).catch(async (trouble) => {
    if (!self.navigator.onLine) throw trouble;
    await new Promise((resolve) => { setTimeout(resolve, SOON_MS); });
    return fetch(request);
  });
}

async function other(request) {
  try {
    return await fetch(request);
  } catch (trouble) {
    const held = await (await caches.open(PAGES)).match(request, { ignoreVary: true });
    if (held) return held;
    throw trouble;
  }
}

function inTime(answer) {
  return Promise.race([answer, new Promise((_resolve, reject) => { setTimeout(reject, PATIENCE_MS); })]);
}
