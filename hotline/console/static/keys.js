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

  function open(id, field) {
    const panel = document.getElementById(id);
    if (!panel) return;
    if (panel instanceof HTMLDetailsElement) { panel.open = true; panel.dataset.toggled = "1"; }
    const target = panel.querySelector(field);
    target?.focus({ preventScroll: true });
    panel.scrollIntoView({ block: "nearest" });
  }

  function quick(name) {
    const scope = inCase() ?? row();
    const act = scope?.querySelector(`[data-quick="${name}"]`);
    if (act instanceof HTMLFormElement) act.requestSubmit();
    else act?.click();
  }

  const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    1: () => quick("verify"),
    c: () => quick("claim"),
    i: () => quick("misuse"),
    d: () => (inCase() ? open("dispatch", "#send-units") : quick("dispatch")),
    3: () => open("reject", "select"),
    r: () => open("reply", "textarea"),
    n: () => open("note", "textarea"),
    e: () => open("close", "select"),
    "/": () => document.getElementById("find")?.focus(),
    "?": () => help.showModal(),
    g: () => { awaiting = "g"; },
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target)) return;
    const pressed = event.key.toLowerCase(), before = awaiting;
    awaiting = "";
    if (before === "g" && pressed === "q") return location.assign("/");
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
  const REMEMBER = "desk:row";
  document.addEventListener("submit", (event) => {
    const acted = event.target.closest(".row");
    if (acted) sessionStorage.setItem(REMEMBER, acted.id);
  });
  const remembered = sessionStorage.getItem(REMEMBER);
  sessionStorage.removeItem(REMEMBER);
  if (remembered) document.querySelector(`#${CSS.escape(remembered)} [data-row]`)?.focus();
})();
