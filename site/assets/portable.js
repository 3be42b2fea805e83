/* Runs the site from a folder (`site/src/portable.rs`): loads each module once, and hands out what they fetch from
 * scripts that carry it. Stands in front of the modules, in a zip only.
 */
(() => {
  "use strict";
  const BASE = "/resep-portable-root";
  /** Where the site is online: what is copied leads there and not into somebody's folder. */
  const ONLINE = "/resep-portable-online/";
  const here = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const root = new URL("../../", here);
  /** @type {Record<string, Function>} */
  const bodies = {};
  /** @type {Record<string, object>} */
  const loaded = {};
  /** @type {Record<string, (bytes: Uint8Array<ArrayBuffer>) => void>} */
  const waiting = {};
  /** @type {Record<string, Promise<Uint8Array<ArrayBuffer>>>} */
  const files = {};

  /** @param {string | URL} name */
  const last = (name) => String(name).replace(/\?.*/, "").replace(/.*\//, "");

  /** @param {string} name */
  function load(name) {
    const own = last(name);
    if (!loaded[own]) {
      loaded[own] = {};
      Object.assign(loaded[own], bodies[own](load, async (/** @type {string} */ other) => load(other), { url: new URL(own, here).href }, get));
    }
    return loaded[own];
  }

  /** @param {string} path below the site */
  function bytesOf(path) {
    files[path] ??= new Promise((resolve, reject) => {
      waiting[path] = resolve;
      const script = document.createElement("script");
      script.src = new URL(`${path}.js`, root).href;
      script.addEventListener("error", () => {
        delete files[path];
        reject(new TypeError(`${path} cannot be read`));
      });
      document.head.append(script);
    });
    return files[path];
  }

  /**
   * `fetch` of the modules.
   * @param {string | URL} address
   */
  async function get(address) {
    const url = String(address);
    const path = url.startsWith(BASE) ? url.slice(BASE.length + 1) : new URL(url, document.baseURI).href.slice(root.href.length);
    const bytes = await bytesOf(path);
    if (!path.endsWith(".json")) {
      const type = path.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return new Response(bytes, { headers: { "content-type": type } });
    }
    const text = new TextDecoder().decode(bytes).replaceAll(BASE, root.href.slice(0, -1));
    return new Response(text, { headers: { "content-type": "application/json" } });
  }

  // A folder has no index here: links that scripts made name the file.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || link.protocol !== "file:" || !link.pathname.endsWith("/")) return;
      link.pathname += "index.html";
    },
    true,
  );

  /** @type {any} */ (globalThis).resepPortable = {
    module: (/** @type {string} */ name, /** @type {Function} */ body) => (bodies[name] = body),
    run: (/** @type {string} */ name) => void load(name),
    online: (/** @type {string} */ address) => (address.startsWith(root.href) ? ONLINE + address.slice(root.href.length).replace(/\bindex\.html(?=$|#)/, "") : address),
    file: (/** @type {string} */ path, /** @type {string} */ base64) => waiting[path]?.(Uint8Array.from(atob(base64), (digit) => digit.charCodeAt(0))),
  };
})();
