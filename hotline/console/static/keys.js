// Single keys for the desk. Never inside inputs, never with Ctrl, Alt or Meta, and switchable off (WCAG 2.1.4).
(() => {
  "use strict";

  const help = document.getElementById("help-dialog");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const inCase = () => document.getElementById("case");
  const row = () => document.activeElement?.closest?.(".row");
  let awaiting = "";

  function typing(target) {
    return target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog");
  }

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(row()?.querySelector("[data-row]"));
    const current = at >= 0 ? at : all.findIndex((link) => link.hasAttribute("aria-current"));
    const next = current < 0 ? 0 : Math.min(Math.max(current + by, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  // In a case its panel; on a row of the queue the case, at that panel.
  function open(id, field) {
    const panel = document.getElementById(id);
    if (!inCase()) return goTo(`#${id}`);
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
    const scope = inCase() ?? row();
    const act = scope?.querySelector(`[data-quick="${name}"]`);
    if (act instanceof HTMLFormElement) act.requestSubmit();
    else if (act) act.click();
    else if (ON_A_ROW.includes(name) && !inCase() && row()) actOn(row(), name);
  }

  function actOn(chosen, name) {
    const form = document.getElementById("act-on-row");
    if (!form) return;
    sessionStorage.setItem(REMEMBER, chosen.id);
    form.action = `${chosen.querySelector("[data-row]").getAttribute("href")}/${name}`;
    form.requestSubmit();
  }

  const PLACES = { q: "/", b: "/areas", m: "/wall" };
  const REMEMBER = "desk:row", ON_A_ROW = ["claim", "later", "misuse"];
  const PANELS = {
    merge: "button:not(.plain), input:not([type=hidden])", reject: "select", reply: "textarea", note: "textarea", close: "select",
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
    d: () => (inCase() ? open("dispatch", "#send-units") : quick("dispatch")),
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
    document.querySelector('[data-quick="close-next"]')?.click();
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
    const pressed = event.key in ACTS ? event.key : event.key.toLowerCase(), before = awaiting;
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
