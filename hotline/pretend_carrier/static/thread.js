// The messages of one telephone.

import { element, timeOf } from "./elements.js";

const STATES = {
  sending: ["", "mengirim …"],
  taken: ["good", "✓ sampai di hotline"],
  retrying: ["wait", "hotline belum menjawab, dicoba lagi"],
  given_up: ["bad", "hotline tidak menjawab"],
  lost: ["wait", "hilang di jalan"],
  no_credit: ["bad", "pulsa habis, tidak terkirim"],
  on_the_way: ["", "sedang dikirim"],
  delivered: ["", ""],
  waiting: ["wait", "menunggu telepon menyala"],
  failed: ["bad", "tidak sampai"],
};

// The newest text that really came in, for the badge; null if there is none.
export const lastOf = (phone) => phone.messages[phone.messages.length - 1] ?? null;

export function drawThread(list, phone) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.replaceChildren(...(phone.messages.length ? phone.messages.map((text) => bubble(text, phone)) : [nothing()]));
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function bubble(text, phone) {
  const isMine = text.from === phone.number;
  const [mood, words] = STATES[text.state];
  const tries = text.tries > 1 ? ` (${text.tries} kali)` : "";
  const parts = !isMine && text.parts > 1 ? ` · ${text.parts} SMS` : "";
  const foot = element("small", {}, timeOf(text.at) + parts);
  if (words) foot.append(" · ", element("span", { className: mood }, words + tries));
  const box = element("li", { className: `bubble ${isMine ? "mine" : ""} ${text.state}` }, text.text || "(kosong)", foot);
  return box;
}

function nothing() {
  return element("li", { className: "nothing" }, "Belum ada pesan. Tulis SMS, atau tekan Telepon hotline.");
}
