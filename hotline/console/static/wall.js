// The wall is looked at and not scrolled: of each kelurahan stand as many cases as fit on it, the most urgent
// first, and the rest is counted in words. On a narrow screen, and without this script, one scrolls.
(() => {
  "use strict";

  const NARROW = matchMedia("(max-width: 1000px)"), language = document.documentElement.lang;
  const WORST_FIRST = [".p-darurat", ".p-tinggi", ".p-sedang", ".p-rendah"], FIT_EVERY = 10000;

  function cards() {
    return WORST_FIRST.flatMap((worst) => [...document.querySelectorAll(`.area-card${worst}`)]);
  }

  function rows(card) {
    return [...card.querySelectorAll(".area-rows > li")];
  }

  function show(card, most) {
    const more = card.querySelector(".area-more"), rest = Number(more.dataset.many) - most;
    rows(card).forEach((row, at) => { row.hidden = at >= most; });
    more.hidden = rest <= 0;
    more.textContent = more.dataset.words.replace("#", rest.toLocaleString(language));
  }

  function fits() {
    return NARROW.matches || document.documentElement.scrollHeight <= window.innerHeight;
  }

  // One case more for each in turn, as long as there is room for it.
  function fit() {
    const shown = new Map(cards().map((card) => [card, 0]));
    shown.forEach((none, card) => show(card, none));
    for (let grown = true; grown;) {
      grown = false;
      shown.forEach((most, card) => {
        if (most === rows(card).length) return;
        show(card, most + 1);
        if (fits()) { shown.set(card, most + 1); grown = true; } else show(card, most);
      });
    }
  }

  document.addEventListener("htmx:afterSwap", fit);
  window.addEventListener("resize", fit);
  window.addEventListener("load", fit);
  setInterval(fit, FIT_EVERY);
  fit();
})();
