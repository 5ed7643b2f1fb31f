// The call of one telephone: what it hears, what it is asked, and what a person can answer.

import { element } from "./elements.js";
import { canRecord, startRecording } from "./recorder.js";
import { readAloud, soundIsOn, stopReading } from "./sound.js";

const TITLES = {
  ringing: ["Menelepon hotline …", "Panggilan masuk"],
  connected: ["Tersambung", "Tersambung"],
};

export class LineView {
  constructor(root, actions) {
    this.root = root;
    this.actions = actions;
    this.state = root.querySelector(".line-state");
    this.heard = root.querySelector(".heard");
    this.asking = root.querySelector(".asking");
    this.session = null;
    this.drawn = -1;
    this.asked = "";
    this.began = 0;
    this.stopRecording = null;
    setInterval(() => this.drawClock(), 1000);
  }

  draw(call) {
    if (call.session !== this.session) this.begin(call);
    this.root.classList.toggle("over", call.state === "over");
    this.drawState(call);
    for (const entry of call.heard.filter((one) => one.n > this.drawn)) this.add(entry, call);
    this.drawAsking(call);
    this.drawWaiting(call);
    if (call.state === "over") this.silenceAll();
  }

  // A line on which nothing has been heard says in the middle of the screen why.
  drawWaiting(call) {
    this.heard.classList.toggle("silent", call.heard.length === 0);
    if (call.heard.length > 0) return;
    const words = { ringing: call.incoming ? `Hotline memanggil\n${call.with}` : "tut … tut …" }[call.state] ?? "";
    this.heard.replaceChildren(element("li", { className: "waiting-line" }, words));
  }

  begin(call) {
    this.session = call.session;
    this.drawn = -1;
    this.asked = "";
    this.began = 0;
    this.heard.replaceChildren();
  }

  drawState(call) {
    if (call.state === "connected" && !this.began) this.began = Date.now();
    const words = call.state === "over" ? call.ended : TITLES[call.state][call.incoming ? 1 : 0];
    const title = element("span", {}, words[0].toUpperCase() + words.slice(1));
    const signature = `${call.state}${words}`;
    if (this.state.dataset.signature === signature) return;
    this.state.dataset.signature = signature;
    this.clock = element("span", { className: "clock", "aria-hidden": "true" });
    this.state.replaceChildren(title, call.state === "over" ? this.backButton() : this.clock);
    this.isOver = call.state === "over";
  }

  backButton() {
    return element("button", { type: "button", onclick: () => this.actions.back() }, "Ke pesan");
  }

  drawClock() {
    if (!this.began || this.isOver || !this.clock) return;
    const seconds = Math.floor((Date.now() - this.began) / 1000);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  add(entry, call) {
    this.heard.querySelector(".waiting-line")?.remove();
    this.drawn = entry.n;
    const isLive = call.state !== "over";
    const item = element("li", { className: entry.kind }, entry.text);
    if (entry.kind === "play") item.append(this.player(entry, isLive));
    if (entry.kind === "say" && isLive) readAloud(entry.text);
    this.heard.append(item);
    this.heard.scrollTop = this.heard.scrollHeight;
  }

  player(entry, isLive) {
    const audio = element("audio", { controls: true, preload: "auto", src: entry.audio });
    audio.setAttribute("aria-label", `Suara ${entry.text}`);
    if (isLive && soundIsOn()) {
      this.heard.querySelectorAll("audio").forEach((older) => older.pause());
      audio.play().catch(() => {});
    }
    return audio;
  }

  silenceAll() {
    stopReading();
    this.heard.querySelectorAll("audio").forEach((audio) => audio.dataset.quiet || this.quiet(audio));
  }

  quiet(audio) {
    audio.dataset.quiet = "yes";
    audio.pause();
  }

  drawAsking(call) {
    const signature = JSON.stringify([call.asking, call.keys, call.state]);
    if (signature === this.asked) return;
    this.asked = signature;
    this.offer(call);
    this.heard.scrollTop = this.heard.scrollHeight;
  }

  offer(call) {
    if (call.state !== "connected") this.asking.replaceChildren();
    else if (call.asking?.kind === "keys") this.askKeys(call);
    else if (call.asking?.kind === "recording") this.askWords(call.asking);
    else this.asking.replaceChildren(this.row(this.button("Lewati suara", "skip")));
  }

  askKeys(call) {
    const { num_digits: digits, finish_on_key: finish, timeout } = call.asking;
    const wanted = finish ? `Tekan angka, lalu ${finish}` : digits > 1 ? `Tekan ${digits} angka` : "Tekan satu tombol";
    this.asking.replaceChildren(
      element("p", {}, `${wanted}. Ditunggu ${timeout} detik.`),
      element("div", { className: "typed", "aria-label": "Sudah ditekan" }, call.keys || "–"),
      this.row(this.button("Lewati suara", "skip"), this.button("Diam saja", "silence")),
    );
  }

  askWords(asking) {
    const finish = asking.finish_on_key;
    const end = finish ? `selesai dengan ${finish}` : "selesai dengan menutup telepon";
    const sample = this.button("Suara contoh", "speech", { seconds: 3 });
    const buttons = canRecord() ? [this.recordButton(finish), sample] : [sample];
    if (finish) buttons.push(this.button(`Selesai ${finish}`, "keys", { keys: finish }));
    this.asking.replaceChildren(element("p", {}, `Hotline merekam: bicaralah, ${end}.`), this.row(...buttons));
  }

  row(...buttons) {
    return element("div", { className: "row" }, ...buttons);
  }

  button(words, what, body) {
    return element("button", { type: "button", onclick: () => this.actions.act(what, body) }, words);
  }

  recordButton(finish) {
    const button = element("button", { type: "button" }, "Rekam");
    button.addEventListener("click", () => this.toggleRecording(button, finish));
    return button;
  }

  async toggleRecording(button, finish) {
    if (this.stopRecording) {
      const stop = this.stopRecording;
      this.stopRecording = null;
      await this.actions.act("speech", await stop());
      if (finish) await this.actions.act("keys", { keys: finish });
      return;
    }
    try {
      this.stopRecording = await startRecording();
      button.textContent = "Berhenti & kirim";
      button.classList.add("recording");
    } catch {
      this.actions.complain("Mikrofon tidak bisa dipakai. Pakai Suara contoh.");
    }
  }
}
