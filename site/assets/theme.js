/* Runs before the first paint, as a plain script: puts the stored theme on <html> so that no page flashes, and on
 * a page that only offers the languages goes on to the reader's own. Reads two keys of localStorage and must not
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

  // <html data-go="id=/id/ en=/en/"> marks a page that only leads on to the same page in each language, "*=/id/new/" one
  // that leads there whatever one reads.
  /** @type {Record<string, string>} */
  var ways = {};
  (root.dataset.go || "").split(" ").forEach(function (way) {
    var at = way.indexOf("=");
    if (at > 0) ways[way.slice(0, at)] = way.slice(at + 1);
  });
  var wishes = [stored("resep-language")].concat(navigator.languages || [], "*");
  for (var i = 0; i < wishes.length; i += 1) {
    var wish = (wishes[i] || "").toLowerCase().split("-")[0];
    if (wish === "in") wish = "id"; // Old Android phones still name Indonesian by its former code.
    if (ways[wish]) {
      location.replace(ways[wish] + location.hash);
      return;
    }
  }
})();
