/* Runs before the first paint, as a plain script: puts the stored theme on <html> so that no page flashes, and on
 * the page that only offers the languages goes on to the reader's own. Reads two keys of localStorage and must not
 * do more: everything here delays the page.
 */
(function () {
  "use strict";
  var root = document.documentElement;
  /** @param {string} key */
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch (blocked) {
      return null; // Storage may be forbidden; the page then follows the system.
    }
  }
  var theme = stored("resep-theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  // <html data-languages="id en"> marks the chooser; the addresses are the languages' own folders beside it.
  var offered = (root.dataset.languages || "").split(" ").filter(Boolean);
  if (!offered.length) return;
  var wishes = [stored("resep-language")].concat(navigator.languages || []);
  for (var i = 0; i < wishes.length; i += 1) {
    var wish = (wishes[i] || "").toLowerCase().split("-")[0];
    if (wish === "in") wish = "id"; // Old Android phones still name Indonesian by its former code.
    if (offered.indexOf(wish) >= 0) {
      location.replace(new URL(wish + "/", location.href).href);
      return;
    }
  }
})();
