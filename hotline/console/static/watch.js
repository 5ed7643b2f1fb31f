// The alarm: after "Mulai jaga" an emergency that nobody has taken sounds until somebody takes it. One tab sounds.
(() => {
  "use strict";

  const body = document.body, watch = document.getElementById("watch"), button = watch?.querySelector("button");
  if (!watch) return;
  const WATCHING = "desk:watching", MUTED = "desk:muted", title = document.title;
  const every = Number(body.dataset.ringEvery) * 1000, muteFor = Number(body.dataset.muteFor) * 1000;
  const TONES = { alarm: [880, 660, 880, 660, 880, 660], test: [660, 880] }, NOTE = 0.22;
  let audio = null, leads = false, rang = 0, before = 0;

  const waiting = () => Number(document.getElementById("strip")?.dataset.ringing ?? 0);
  const mutedFor = () => Math.max(0, Number(localStorage.getItem(MUTED) ?? 0) - Date.now());
  const sounds = () => audio?.state === "running";

  function play(tone) {
    TONES[tone].forEach((pitch, at) => {
      const note = audio.createOscillator(), volume = audio.createGain();
      note.type = "triangle";
      note.frequency.value = pitch;
      volume.gain.value = 0.35;
      note.connect(volume).connect(audio.destination);
      note.start(audio.currentTime + at * NOTE);
      note.stop(audio.currentTime + (at + 0.85) * NOTE);
    });
  }

  // A browser gives sound only after somebody pressed something, and keeps it while one stays on these pages.
  async function begin() {
    audio ??= new AudioContext();
    if (!sounds()) await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
    if (sounds()) lead();
    show();
  }

  function lead() {
    if (leads) return;
    if (!navigator.locks) { leads = true; return; }
    navigator.locks.request("desk:alarm", () => new Promise(() => { leads = true; }));
  }

  function stayAwake() {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
  }

  async function press(event) {
    event.preventDefault();
    if (mutedFor()) localStorage.removeItem(MUTED);
    else if (sounds() && waiting()) localStorage.setItem(MUTED, String(Date.now() + muteFor));
    else {
      const first = sessionStorage.getItem(WATCHING) === null;
      await begin();
      if (!sounds()) return;
      sessionStorage.setItem(WATCHING, "1");
      play("test");
      if (first) start();
    }
    show();
  }

  function start() {
    if (window.Notification?.permission === "default") Notification.requestPermission();
    stayAwake();
    fetch("/watch", { method: "POST", body: new FormData(watch), headers: { "HX-Request": "true" } }).catch(() => {});
  }

  function ring(now) {
    rang = now;
    play("alarm");
    if (document.hidden && window.Notification?.permission === "granted") {
      new Notification(button?.dataset.alarm ?? watch.dataset.alarm, { tag: "desk:alarm" });
    }
  }

  function show() {
    const left = Math.ceil(mutedFor() / 1000);
    document.title = waiting() ? `(${waiting()}) ${title}` : title;
    if (!button) return;
    const state = !sounds() ? "off" : left ? "muted" : waiting() ? "ringing" : "on";
    const time = left ? ` ${Math.floor(left / 60)}.${String(left % 60).padStart(2, "0")}` : "";
    const words = button.dataset[state] + time, label = button.querySelector("span");
    button.className = state;
    button.title = state === "on" ? button.dataset.test : "";
    if (label.textContent !== words) label.textContent = words;
  }

  // What is new breaks a mute: it was pressed for what was heard.
  function tick() {
    const now = Date.now(), count = waiting();
    if (count > before && before > 0) localStorage.removeItem(MUTED);
    if (count > before) rang = 0;
    before = count;
    if (count && sounds() && leads && !mutedFor() && now - rang >= every) ring(now);
    show();
  }

  button?.addEventListener("click", press);
  document.addEventListener("visibilitychange", () => { if (sessionStorage.getItem(WATCHING)) stayAwake(); });
  setInterval(tick, 1000);
  if (sessionStorage.getItem(WATCHING)) begin();
  tick();
})();
