// The phone book: every telephone with its last words; a press puts it on the desk or takes it away.

import { byId, element, initials } from "./elements.js";
import { lastOf } from "./thread.js";

const seen = new Map();

const incoming = (phone) => phone.messages.filter((text) => text.to === phone.number).length;
export const markSeen = (phone) => seen.set(phone.number, incoming(phone));

export const isRinging = (phone) =>
  Boolean(phone.call && phone.call.incoming && phone.call.state === "ringing");

export function drawRail(phones, isOpen, toggle) {
  for (const [role, id] of [["resident", "residents"], ["unit", "units"]]) {
    const focused = document.activeElement?.dataset?.number;
    const rows = phones.filter((phone) => (phone.role === "unit") === (role === "unit"));
    byId(id).replaceChildren(...rows.map((phone) => row(phone, isOpen(phone.number), toggle)));
    if (focused) byId(id).querySelector(`[data-number="${CSS.escape(focused)}"]`)?.focus();
  }
}

function row(phone, open, toggle) {
  if (!seen.has(phone.number) || open) markSeen(phone);
  const fresh = Math.max(0, incoming(phone) - seen.get(phone.number));
  const button = element(
    "button",
    { type: "button", onclick: () => toggle(phone.number) },
    element("span", { className: "face", "aria-hidden": "true" }, initials(phone.name)),
    element("span", { className: "text" },
      element("span", { className: "name" }, phone.name),
      element("span", { className: "last" }, lastWords(phone))),
    fresh ? element("span", { className: "count", "aria-label": `${fresh} pesan baru` }, String(fresh)) : null,
  );
  button.dataset.number = phone.number;
  button.setAttribute("aria-pressed", String(open));
  return element("li", { className: `${phone.role} ${isRinging(phone) ? "rings" : ""}` }, button);
}

function lastWords(phone) {
  if (!phone.on) return "mati";
  if (isRinging(phone)) return "berdering …";
  if (phone.call && phone.call.state !== "over") return "sedang menelepon";
  return lastOf(phone)?.text || phone.number;
}
