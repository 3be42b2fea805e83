// @ts-check
/* The service worker: the site without a network after the first visit. `site/src/render/offline.rs` puts the list of
 * files in front of this (`SITE`), so that each deployment has a worker of its own.
 *
 * A deployment is kept whole in one cache, and a file is kept only if its bytes are those of the list: what a newer
 * deployment answers meanwhile is shown but never mixed in. Pages come from the network while there is one; files
 * under `assets/` never change and come from the cache.
 */

/** @typedef {Record<string, string>} Files path below the site to the first digits of its SHA-256 */
/** @typedef {{version: string, base: string, core: Files, languages: Record<string, Files>, permalinks: Record<string, string>}} Site
 *   `permalinks`: the rule that `e/<name>/` leads to */
/** @type {Site} */
const site = /** @type {any} */ (self).SITE;
const worker = /** @type {any} */ (self);

/** Other sites may live on this host: the path is part of the name. */
const FAMILY = `resep ${site.base} `;
const CACHE = FAMILY + site.version;
/** Milliseconds after which a page that is kept does not wait for a slow network any longer. */
const PATIENCE = 4000;
/** Files fetched at a time. */
const AT_ONCE = 4;

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keepAll(site.core).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(
    (async () => {
      await worker.registration.navigationPreload?.enable();
      // The one before stays for the pages that are open: they may still ask for files of theirs.
      const old = (await caches.keys()).filter((name) => name.startsWith(FAMILY) && name !== CACHE);
      for (const name of old.slice(0, -1)) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

/** A page says which language it is in: all of that language is kept, little by little. */
worker.addEventListener("message", (/** @type {any} */ event) => {
  event.waitUntil(worker.skipWaiting());
  const files = site.languages[event.data?.language];
  // What cannot be had now is asked for by the next page.
  if (files) event.waitUntil(keepAll(files).catch(() => undefined));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || !url.pathname.startsWith(site.base)) return;
  const path = url.pathname.slice(site.base.length);
  if (path.startsWith("assets/")) event.respondWith(asset(event, path));
  else if (request.mode === "navigate" || listed(fileOf(path))) event.respondWith(fresh(event, fileOf(path)));
});

/** @param {string} path */
function fileOf(path) {
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/** @param {string} file */
function listed(file) {
  return site.core[file] ?? Object.values(site.languages).find((files) => file in files)?.[file];
}

/** @param {string} file */
function key(file) {
  return new URL(site.base + file, location.origin).href;
}

/**
 * @param {any} event
 * @param {string} file
 */
async function asset(event, file) {
  // By the address alone, in whatever cache: it names its bytes.
  const kept = await caches.match(key(file));
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(keep(file, response.clone()).catch(() => undefined));
  return response;
}

/**
 * From the network; from the cache where there is none, or it is too slow.
 * @param {any} event
 * @param {string} file
 */
async function fresh(event, file) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(key(file));
  const network = (async () => {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    if (response.ok && listed(file)) {
      // One of another deployment is not kept. The page asks for the newer worker: an update that is asked for from
      // here holds up the very worker that it finds.
      event.waitUntil(keep(file, response.clone()).catch(() => undefined));
    }
    return response;
  })();
  const late = new Promise((resolve) => {
    if (kept) setTimeout(() => resolve(kept), PATIENCE);
  });
  try {
    return await Promise.race([network, late]);
  } catch (reason) {
    if (kept) return kept;
    if (event.request.mode !== "navigate") throw reason;
    // A permalink is a page of its own, which is not kept; what it leads to is.
    const rule = site.permalinks[file.split("/")[1]];
    for (const language of file.startsWith("e/") && rule ? Object.keys(site.languages) : []) {
      const target = `${language}/errors/${rule}/`;
      if (await cache.match(key(fileOf(target)))) return Response.redirect(key(target));
    }
    const page = await cache.match(key("offline.html"));
    if (page) return page;
    throw reason;
  }
}

/** @param {Files} files */
async function keepAll(files) {
  const cache = await caches.open(CACHE);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  const missing = Object.keys(files).filter((file) => !there.has(key(file)));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let file = missing.shift(); file !== undefined; file = missing.shift()) {
        // What did not change is taken from the deployment before; its digest tells.
        const before = await caches.match(key(file));
        const same = before && (await keep(file, before).then(() => true, () => false));
        if (!same) await keep(file, await fetch(key(file), { cache: file.startsWith("assets/") ? "default" : "no-cache" }));
      }
    }),
  );
}

/**
 * Keeps a file if it is the one of this deployment.
 * @param {string} file
 * @param {Response} response
 */
async function keep(file, response) {
  const expected = listed(file);
  if (!expected) return;
  const bytes = await response.arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digits = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!response.ok || !digits.startsWith(expected)) throw new Error(`${file} is not of this deployment`);
  const cache = await caches.open(CACHE);
  // A new response: one that was redirected may not answer a navigation.
  const type = response.headers.get("content-type") ?? "application/octet-stream";
  await cache.put(key(file), new Response(bytes, { headers: { "content-type": type } }));
}
