/* Reloads the page after each build, and shows over it what keeps the site from being built. Served by `resep serve`
 * only; no page that is written knows it. */
(() => {
  /** Writes the findings; a line that begins with a place begins with a link that opens it in the editor. */
  function show(box, { errors, links }) {
    const lines = errors.split("\n").flatMap((line) => {
      const link = links.find(({ place }) => line.startsWith(`${place}: `));
      if (!link) return [`${line}\n`];
      const a = document.createElement("a");
      a.href = link.href;
      a.textContent = link.place;
      return [a, `${line.slice(link.place.length)}\n`];
    });
    box.replaceChildren(...lines);
  }

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
    show(box, state);
  });
})();
