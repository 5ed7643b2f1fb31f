// One telephone on the desk.

import * as api from "./api.js";
import { announce, byId, initials } from "./elements.js";
import { LineView } from "./line.js";
import { keyTone } from "./sound.js";
import { drawThread } from "./thread.js";

const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;

function partsOf(words) {
  const isGsm = GSM.test(words);
  const length = isGsm ? words.length + (words.match(/[\^{}\\[~\]|€]/g) ?? []).length : words.length;
  const [alone, joined] = isGsm ? [160, 153] : [70, 67];
  return length <= alone ? 1 : Math.ceil(length / joined);
}

export class PhoneView {
  constructor(phone, close) {
    this.root = byId("phone-template").content.cloneNode(true).firstElementChild;
    this.find = (selector) => this.root.querySelector(selector);
    this.number = phone.number;
    this.dismissed = null;
    this.line = new LineView(this.find(".line"), {
      act: (what, body) => this.act(what, body),
      complain: (words) => this.complain(words),
      back: () => this.dismiss(),
    });
    this.label(phone);
    this.listen(close);
    this.draw(phone);
  }

  label(phone) {
    this.root.classList.toggle("unit", phone.role === "unit");
    this.root.setAttribute("aria-label", `Telepon ${phone.name}`);
    this.find(".face").textContent = initials(phone.name);
    this.find("h2").textContent = phone.name;
    this.find(".who p").textContent = phone.number;
    this.find(".close").setAttribute("aria-label", `Singkirkan telepon ${phone.name} dari meja`);
    this.find(".thread").setAttribute("aria-label", `Pesan ${phone.name}`);
    this.find(".heard").setAttribute("aria-label", "Yang terdengar");
    this.find("textarea").setAttribute("aria-label", `SMS dari ${phone.name} ke hotline`);
    this.find(".keypad").setAttribute("aria-label", "Tombol angka");
  }

  listen(close) {
    this.find(".close").addEventListener("click", close);
    this.find(".compose").addEventListener("submit", (event) => this.send(event));
    this.find("textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.send(event);
    });
    this.find("textarea").addEventListener("input", () => this.drawHint());
    this.find(".green").addEventListener("click", () => this.pressGreen());
    this.find(".red").addEventListener("click", () => this.act("hang-up"));
    this.find(".keypad").addEventListener("click", (event) => this.press(event.target.dataset.key));
    this.find(".keypad").addEventListener("keydown", (event) => {
      if (/^[0-9*#]$/.test(event.key)) this.press(event.key);
    });
    for (const name of ["on", "credit"]) {
      this.box(name).addEventListener("change", (event) => this.set({ [name]: event.target.checked }));
    }
    this.box("opted_out").addEventListener("change", () => this.act("opt-out"));
  }

  box(name) {
    return this.find(`.menu [name="${name}"]`);
  }

  draw(phone) {
    this.phone = phone;
    const call = phone.call && !this.isPast(phone.call) ? phone.call : null;
    const isLive = Boolean(call) && call.state !== "over";
    const isRinging = isLive && call.incoming && call.state === "ringing";
    this.root.classList.toggle("rings", isRinging);
    for (const name of ["on", "credit", "opted_out"]) this.box(name).checked = phone[name];
    this.find(".dark").hidden = phone.on;
    this.find(".line").hidden = !call;
    this.find(".thread").hidden = Boolean(call);
    if (call) this.line.draw(call);
    drawThread(this.find(".thread"), phone);
    this.drawButtons(phone, isLive, isRinging);
  }

  // A call that ended before anything was heard leaves the messages where they were.
  isPast(call) {
    return call.session === this.dismissed || (call.state === "over" && call.incoming && call.heard.length === 0);
  }

  drawButtons(phone, isLive, isRinging) {
    const green = this.find(".green");
    const red = this.find(".red");
    green.textContent = isRinging ? "Angkat" : "Telepon hotline";
    red.textContent = isRinging ? "Tolak" : "Tutup";
    green.disabled = !phone.on || (isLive && !isRinging);
    red.disabled = !isLive;
    this.find(".compose button").disabled = !phone.on;
  }

  drawHint() {
    const words = this.find("textarea").value;
    const parts = partsOf(words);
    this.find(".hint").textContent = words.length > 100 ? `${words.length} huruf · ${parts} SMS` : "";
  }

  isInCall() {
    return this.phone.call && this.phone.call.state === "connected";
  }

  async press(key) {
    if (!key) return;
    keyTone(key);
    if (this.isInCall()) await this.act("keys", { keys: key });
    else this.find("textarea").value += key;
  }

  pressGreen() {
    const isRinging = this.phone.call?.state === "ringing" && this.phone.call.incoming;
    return isRinging ? this.act("answer") : this.act("dial", { withheld: this.box("withheld").checked });
  }

  async send(event) {
    event.preventDefault();
    const field = this.find("textarea");
    const words = field.value;
    if (!words.trim()) return;
    if (await this.act("texts", { text: words })) {
      field.value = "";
      this.drawHint();
      announce("SMS dikirim.");
      this.dismiss();
    }
  }

  dismiss() {
    if (this.phone.call?.state !== "over") return;
    this.dismissed = this.phone.call.session;
    this.draw(this.phone);
    this.find(".thread").scrollTop = this.find(".thread").scrollHeight;
  }

  set(changes) {
    return this.attempt(() => api.setPhone(this.number, changes));
  }

  act(what, body) {
    return this.attempt(() => api.act(this.number, what, body));
  }

  async attempt(work) {
    try {
      await work();
      this.complain("");
      return true;
    } catch (error) {
      this.complain(error instanceof api.Refusal ? error.message : "Perusahaan telepon tidak menjawab.");
      return false;
    }
  }

  complain(words) {
    this.find(":scope > .problem").textContent = words;
    clearTimeout(this.forget);
    if (words) this.forget = setTimeout(() => this.complain(""), 5000);
  }
}
