// Single keys for the desk. Never inside inputs, never with Ctrl, Alt or Meta, and switchable off (WCAG 2.1.4).
(() => {
  "use strict";

  const help = document.getElementById("help-dialog");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const inCase = () => document.getElementById("case");
  const row = () => document.activeElement?.closest?.(".row");
  // A key acts on the row that has the focus; on the row of the open case, in that case.
  const inRow = () => {
    const at = row();
    return inCase() && at?.querySelector("[aria-current]") ? null : at;
  };
  let awaiting = "";

  function typing(target) {
    return target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog");
  }

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest("[data-row]") ?? row()?.querySelector("[data-row]"));
    const current = at >= 0 ? at : all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = current < 0 ? 0 : Math.min(Math.max(current + by, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  // In a case its panel; on a row of the queue the case, at that panel.
  function open(id, field) {
    if (inRow()) return goTo(`#${id}`);
    const panel = inCase() && document.getElementById(id);
    if (!panel) return;
    if (panel instanceof HTMLDetailsElement) { panel.open = true; panel.dataset.toggled = "1"; }
    const target = panel.querySelector(field);
    target?.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  function goTo(anchor) {
    const link = row()?.querySelector("[data-row]");
    if (link) location.assign(link.getAttribute("href") + anchor);
  }

  function quick(name) {
    const scope = inRow() ?? inCase();
    const act = scope?.querySelector(`[data-quick="${name}"]`);
    if (act instanceof HTMLFormElement) act.requestSubmit();
    else if (act) act.click();
    else if (ON_A_ROW.includes(name) && inRow()) actOn(inRow(), name);
  }

  function actOn(chosen, name) {
    const form = document.getElementById("act-on-row"), stamp = chosen.querySelector("[name=stamp]");
    // What somebody has checked is no prank any more: its own page does not offer that either.
    if (!form || (name === "misuse" && !stamp)) return;
    sessionStorage.setItem(REMEMBER, chosen.id);
    form.elements.stamp.value = stamp?.value ?? "";
    form.action = `${chosen.querySelector("[data-row]").getAttribute("href")}/${name}`;
    form.requestSubmit();
  }

  function dispatch() {
    const link = inRow()?.querySelector('[data-quick="dispatch"]');
    if (link) link.click();
    else open("dispatch", PANELS.dispatch);
  }

  const PLACES = { q: "/", b: "/areas", m: "/wall" };
  const REMEMBER = "desk:row", ON_A_ROW = ["claim", "later", "misuse"];
  const PANELS = {
    merge: '[action$="/merge"] :is(button, input:not([type=hidden]))', reject: "select", dispatch: "#send-units",
    reply: "textarea", note: "textarea", close: "select",
  };

  const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    1: () => quick("verify"),
    2: () => open("merge", PANELS.merge),
    3: () => open("reject", PANELS.reject),
    4: () => quick("misuse"),
    c: () => quick("claim"),
    h: () => quick("later"),
    d: () => dispatch(),
    r: () => open("reply", PANELS.reply),
    n: () => open("note", PANELS.note),
    u: () => sendAgain(),
    e: () => open("close", PANELS.close),
    E: () => closeAndNext(),
    "/": () => document.getElementById("find")?.focus(),
    "?": () => help.showModal(),
    g: () => { awaiting = "g"; },
  };

  // What is still missing in the form is pointed at by the browser itself.
  function closeAndNext() {
    open("close", PANELS.close);
    if (!inRow()) document.querySelector('[data-quick="close-next"]')?.click();
  }

  // The text that has the focus, or else the first of which nobody knows whether it arrived.
  function sendAgain() {
    const here = document.activeElement?.closest?.(".tray-text, .said-line");
    (here ?? document).querySelector('[data-quick="resend"]')?.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (document.body.classList.contains("shaded")) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target)) return;
    // With Caps Lock on an E is no Shift+E.
    const key = event.key.toLowerCase(), pressed = key === "e" && event.shiftKey ? "E" : key, before = awaiting;
    awaiting = "";
    if (before === "g" && PLACES[pressed]) return location.assign(PLACES[pressed]);
    const act = ACTS[pressed];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-help]")) return;
    event.preventDefault();
    help.showModal();
  });

  // After an act on a row the queue is drawn anew: the same row keeps the focus.
  document.addEventListener("submit", (event) => {
    const acted = event.target.closest(".row");
    if (acted) sessionStorage.setItem(REMEMBER, acted.id);
  });
  const wanted = location.hash.slice(1);
  // Only after the browser itself has gone to the anchor.
  if (inCase() && wanted in PANELS) window.addEventListener("load", () => setTimeout(open, 0, wanted, PANELS[wanted]));
  const remembered = sessionStorage.getItem(REMEMBER);
  sessionStorage.removeItem(REMEMBER);
  if (remembered) document.querySelector(`#${CSS.escape(remembered)} [data-row]`)?.focus();
})();
