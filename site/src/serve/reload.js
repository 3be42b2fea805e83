/* Reloads the page after each build, and shows over it what keeps the site from being built. Served by `resep serve`
 * only; no page that is written knows it. */
(() => {
  const version = document.currentScript.dataset.version;
  new EventSource("/__resep/events").addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (state.version !== version) {
      location.reload();
      return;
    }
    let box = document.querySelector("pre.resep-errors");
    if (!state.errors) {
      box?.remove();
      return;
    }
    if (!box) {
      box = document.createElement("pre");
      box.className = "resep-errors";
      box.tabIndex = 0;
      box.setAttribute("role", "alert");
      document.body.prepend(box);
    }
    box.textContent = state.errors;
  });
})();
