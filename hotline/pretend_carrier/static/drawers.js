// The two drawers: faults on demand, and what went to and fro.

import * as api from "./api.js";
import { byId, element, rupiah, timeOf } from "./elements.js";

export function openDrawers() {
  for (const button of document.querySelectorAll(".drawer-button")) {
    const drawer = byId(button.getAttribute("aria-controls"));
    button.addEventListener("click", () => show(drawer, drawer.hidden));
    drawer.querySelector(".close").addEventListener("click", () => show(drawer, false));
    drawer.addEventListener("keydown", (event) => event.key === "Escape" && show(drawer, false));
  }
  byId("arm").addEventListener("submit", arm);
  byId("money").addEventListener("submit", setMoney);
  byId("clear").addEventListener("click", () => api.clearFaults().then(drawFaults));
}

function show(drawer, open) {
  for (const button of document.querySelectorAll(".drawer-button")) {
    const own = byId(button.getAttribute("aria-controls"));
    const isOpen = own === drawer && open;
    if (own === drawer && !open && own.contains(document.activeElement)) button.focus();
    own.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  }
  if (open) drawer.querySelector("select, .close").focus();
}

async function arm(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const [point, fault] = form.get("what").split(":");
  const wish = { point, fault, times: Number(form.get("times")), number: form.get("number") };
  await attempt(event.target, () => api.armFault(wish));
}

async function setMoney(event) {
  event.preventDefault();
  await attempt(event.target, () => api.armFault({ balance: new FormData(event.target).get("balance") }));
}

async function attempt(form, work) {
  const problem = form.querySelector(".problem");
  try {
    drawFaults(await work());
    problem.textContent = "";
  } catch (error) {
    problem.textContent = error.message;
  }
}

export function drawFaults({ armed, catalogue, balance }) {
  const count = byId("armed-count");
  count.hidden = armed.length === 0;
  count.textContent = armed.length;
  byId("balance").textContent = rupiah(balance);
  const rows = armed.map(({ point, fault, times, number }) =>
    element("li", {},
      element("span", {}, `${pointName(point)}: ${catalogue[point][fault]}${number ? ` · ${number}` : ""}`),
      element("span", {}, times < 0 ? "terus" : `${times} kali`)));
  byId("armed").replaceChildren(...(rows.length ? rows : [none("Tidak ada gangguan.")]));
  byId("clear").disabled = rows.length === 0;
}

const pointName = (point) =>
  document.querySelector(`#arm option[value^="${point}:"]`).parentElement.label;

export function drawNumbers(phones) {
  const select = byId("fault-numbers");
  const chosen = select.value;
  const options = phones.map((phone) => element("option", { value: phone.number }, phone.name));
  select.replaceChildren(element("option", { value: "" }, "semua nomor"), ...options);
  select.value = chosen;
}

const KINDS = { inbound: "SMS masuk", receipt: "Laporan", voice: "Panggilan", "opt-out": "Berhenti langganan" };

export function drawTraffic({ callbacks, elsewhere }) {
  const rows = callbacks.slice(-60).reverse().map(({ kind, about, outcome }) =>
    element("li", {},
      element("span", {}, `${KINDS[kind]}: ${about}`),
      element("span", { className: isGood(outcome) ? "" : "bad" }, isGood(outcome) ? outcome : words(outcome))));
  byId("callbacks").replaceChildren(...(rows.length ? rows : [none("Belum ada.")]));
  const texts = elsewhere.slice().reverse().map((text) =>
    element("li", {}, element("span", {}, `${text.to}: ${text.text}`), element("span", {}, timeOf(text.at))));
  byId("elsewhere").replaceChildren(...(texts.length ? texts : [none("Tidak ada.")]));
  drawHealth(callbacks[callbacks.length - 1]);
}

function drawHealth(last) {
  const health = byId("health");
  if (!last) return;
  health.dataset.mood = isGood(last.outcome) ? "good" : "bad";
  health.textContent = isGood(last.outcome) ? "✓ hotline menjawab" : words(last.outcome);
}

const isGood = (outcome) => outcome.startsWith("2");
const words = (outcome) => (/^\d+$/.test(outcome) ? `menolak (${outcome})` : "tidak menjawab");
const none = (text) => element("li", { className: "none" }, text);
