// Opens the page: reads everything once, then follows what changes.

import * as api from "./api.js";
import { drawFaults, drawNumbers, drawTraffic, openDrawers } from "./drawers.js";
import { announce, byId } from "./elements.js";
import { PhoneView } from "./phone.js";
import { drawRail, isRinging, markSeen } from "./rail.js";
import { ringTone, setSound, soundIsOn, textTone } from "./sound.js";

const phones = new Map();
const views = new Map();
let boot = "";
let seen = 0;

const remembered = () => JSON.parse(localStorage.getItem("desk") ?? "null");
const remember = () => localStorage.setItem("desk", JSON.stringify([...views.keys()]));
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function drawBook() {
  drawRail([...phones.values()], (number) => views.has(number), toggle);
  byId("empty").hidden = views.size > 0;
}

function toggle(number) {
  if (views.has(number)) close(number);
  else {
    open(number);
    views.get(number).root.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }
  remember();
  drawBook();
}

function open(number) {
  const phone = phones.get(number);
  if (!phone || views.has(number)) return;
  const view = new PhoneView(phone, () => toggle(number));
  views.set(number, view);
  byId("desk").append(view.root);
  const thread = view.find(".thread");
  thread.scrollTop = thread.scrollHeight;
  markSeen(phone);
}

function close(number) {
  views.get(number).root.remove();
  views.delete(number);
}

// How many telephones stand side by side without scrolling on this screen.
function openFirst() {
  const room = Math.max(1, Math.min(3, Math.floor((byId("desk").clientWidth - 16) / 336)));
  const listed = [...phones.values()];
  const residents = listed.filter((phone) => phone.role !== "unit");
  const units = listed.filter((phone) => phone.role === "unit");
  const usual = [residents[0], units[0], residents[1]].filter(Boolean).slice(0, room).map((phone) => phone.number);
  (remembered() ?? usual).forEach(open);
}

async function readAll() {
  const state = await api.getState();
  boot = state.boot;
  seen = state.last;
  phones.clear();
  for (const phone of state.phones) phones.set(phone.number, phone);
  for (const number of [...views.keys()]) if (!phones.has(number)) close(number);
  if (views.size === 0) openFirst();
  for (const [number, view] of views) view.draw(phones.get(number));
  drawBook();
  drawNumbers(state.phones);
  drawFaults(await api.getFaults());
  drawTraffic(await api.getTraffic());
}

async function readPhone(number) {
  const before = phones.get(number);
  const phone = await api.getPhone(number);
  phones.set(number, phone);
  views.get(number)?.draw(phone);
  if (!before) drawNumbers([...phones.values()]);
  else notice(before, phone);
}

function notice(before, phone) {
  const came = phone.messages.filter((text) => text.to === phone.number);
  const had = before.messages.filter((text) => text.to === phone.number);
  if (came.length > had.length) {
    textTone();
    announce(`SMS baru untuk ${phone.name}: ${came[came.length - 1].text}`);
  }
  if (isRinging(phone) && !isRinging(before)) announce(`Telepon ${phone.name} berdering.`);
}

async function follow() {
  const news = await api.getEvents(seen);
  if (news.boot !== boot || news.reset) return readAll();
  seen = news.last;
  const kinds = new Set(news.events.map((event) => event.kind));
  const numbers = new Set(news.events.map((event) => event.number));
  for (const number of numbers) if (phones.has(number)) await readPhone(number);
  if (news.events.some((event) => event.kind === "phone" && !phones.has(event.number))) await readAll();
  if (kinds.has("faults") || kinds.has("account") || kinds.has("text")) drawFaults(await api.getFaults());
  if (kinds.has("note") || kinds.has("text")) drawTraffic(await api.getTraffic());
  drawBook();
  return pause(0.15);
}

async function live() {
  for (;;) {
    try {
      await (boot ? follow() : readAll());
      byId("offline").hidden = true;
    } catch {
      byId("offline").hidden = false;
      await pause(2);
    }
  }
}

function prepare() {
  openDrawers();
  const sound = byId("sound");
  sound.setAttribute("aria-pressed", String(soundIsOn()));
  sound.addEventListener("click", () => {
    setSound(!soundIsOn());
    sound.setAttribute("aria-pressed", String(soundIsOn()));
  });
  byId("add-phone").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    try {
      const phone = await api.addPhone(Object.fromEntries(new FormData(form)));
      form.reset();
      form.querySelector(".problem").textContent = "";
      await readAll();
      if (!views.has(phone.number)) toggle(phone.number);
    } catch (error) {
      form.querySelector(".problem").textContent = error.message;
    }
  });
  setInterval(() => [...phones.values()].some(isRinging) && ringTone(), 2500);
}

prepare();
live();
