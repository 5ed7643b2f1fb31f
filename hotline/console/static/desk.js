// What makes the pages live: asks every second whether anything changed, and puts fresh fragments in place
// without touching what a person is typing, reading or listening to. Without this script every page still works.
(() => {
  "use strict";

  const ASK_EVERY = 1000, ANSWER_WITHIN = 5000, LOST_AFTER = 12000;
  const body = document.body, live = document.getElementById("live");
  if (!live) return;
  document.documentElement.classList.add("scripted");

  // --- live or not, in words -------------------------------------------------------------------------------
  let mark = body.dataset.mark, lastAnswer = Date.now(), asking = false, shown = "";

  function say(state, words) {
    if (shown === state + words) return;
    shown = state + words;
    live.className = `live ${state}`;
    live.querySelector(".live-words").textContent = words;
  }

  function clockNow(at) {
    const time = new Date(at), two = (n) => String(n).padStart(2, "0");
    return `${two(time.getHours())}.${two(time.getMinutes())}`;
  }

  // Which case is open in the window in which somebody works; a window in the background says nothing.
  function where() {
    if (document.hidden || !document.hasFocus()) return "";
    return `&at=${document.getElementById("case")?.dataset.id ?? 0}`;
  }

  async function ask() {
    if (asking) return overdue();
    asking = true;
    const again = shown === "out" ? "&form=1" : "";
    try {
      const answer = await fetch(`/changes?since=${encodeURIComponent(mark)}${where()}${again}`, {
        headers: { "X-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      if (answer.status === 401) return signedOut();
      if (!answer.ok) throw new Error(String(answer.status));
      lastAnswer = Date.now();
      say("on", live.dataset.live);
      if (again) renewForms(answer.headers.get("X-Form"));
      body.dispatchEvent(new CustomEvent("desk:locked", { detail: answer.headers.get("X-Locked") === "1" }));
      if (answer.status === 200) refresh(await answer.text());
    } catch {
      overdue();
    } finally {
      asking = false;
    }
  }

  // Also while a question hangs: a network that swallows it refuses nothing.
  function overdue() {
    if (shown === "out" || Date.now() - lastAnswer <= LOST_AFTER) return;
    say("lost", `${live.dataset.lost} (${clockNow(lastAnswer)})`);
  }

  function refresh(fresh) {
    mark = fresh;
    body.dispatchEvent(new CustomEvent("desk:changed"));
  }

  // Who signed in again in another window goes on with what he had typed here.
  function renewForms(token) {
    body.dataset.csrf = token;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  }

  function signedOut() {
    if (shown === "out") return;
    shown = "out";
    live.className = "live lost";
    const link = document.createElement("a");
    link.href = "/login";
    link.target = "_blank";
    link.textContent = live.dataset.out;
    live.querySelector(".live-words").replaceChildren(link);
  }

  // Whoever is signed in hears what rings on every page, also on one that was drawn without a look at the desk.
  if (Number(body.dataset.lockAfter)) {
    setInterval(ask, ASK_EVERY);
    ask();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
    window.addEventListener("online", ask);
  }

  // --- refreshing in place ---------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = body.dataset.csrf;
    if (event.detail.triggeringEvent?.type === "desk:changed") event.detail.headers["X-Background"] = "1";
  });

  document.addEventListener("input", (event) => {
    event.target.dataset.touched = "1";
    const form = event.target.closest("form[data-freeze]");
    if (form) form.dataset.dirty = "1";
  });
  document.addEventListener("click", (event) => {
    const details = event.target.closest("summary")?.parentElement;
    if (details) details.dataset.toggled = "1";
    const menu = document.querySelector(".menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // A form that was sent is done with: what comes back may replace it, and what was said of the one before. One
  // that broke off (no session, an error) is not, and nobody has written down what stands in it.
  let answered = false;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (!(form instanceof HTMLFormElement) || event.detail.isError) return;
    answered = true;
    for (const marked of [form, form.closest("details"), ...form.elements]) {
      if (marked) { delete marked.dataset.dirty; delete marked.dataset.touched; delete marked.dataset.toggled; }
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (form instanceof HTMLFormElement) document.querySelector(".problem")?.focus();
    // What was pressed may be gone with its form: whoever goes on by keyboard goes on from the page's content.
    if (document.activeElement === body) document.getElementById("main").focus({ preventScroll: true });
    answered = false;
    tick();
  });

  // A page that answers a form with a refusal begins with it.
  document.querySelector("p.problem")?.focus();

  function keep(node) {
    if (!(node instanceof HTMLElement)) return false;
    if (node.matches("form[data-dirty]")) return true;
    if (node.matches("audio") && (!node.paused || node.currentTime > 0)) return true;
    if (node === document.activeElement && node.matches("input, textarea, select")) return true;
    return node.matches("input, textarea, select") && node.dataset.touched === "1";
  }

  // What somebody types, with all that stands around it, and why his last form was refused.
  function stays(node) {
    if (node.matches(".problem")) return !answered;
    return node.matches("form[data-dirty]") || holds(node);
  }

  function holds(node) {
    return node.querySelector("form[data-dirty]") !== null;
  }

  if (window.Idiomorph) {
    Object.assign(window.Idiomorph.defaults.callbacks, {
      beforeNodeMorphed: (old) => !keep(old),
      beforeNodeRemoved: (old) => !(old instanceof HTMLElement && stays(old)),
      beforeAttributeUpdated: (name, node) => !(name === "open" && (node.dataset?.toggled === "1" || holds(node))),
    });
  }

  // --- clocks ----------------------------------------------------------------------------------------------
  const units = body.dataset.units.split("|"), SOON = 0.6;
  // This machine's clock may be wrong; the server's is what counts.
  const ahead = Date.parse(body.dataset.now) - Date.now();

  function age(seconds) {
    if (seconds < 60) return `${seconds} ${units[0]}`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} ${units[1]}`;
    if (seconds < 86400) {
      const minutes = String(Math.floor((seconds % 3600) / 60)).padStart(2, "0");
      return `${Math.floor(seconds / 3600)} ${units[2]} ${minutes} ${units[1]}`;
    }
    return `${Math.floor(seconds / 86400)} ${units[3]}`;
  }

  function tick() {
    for (const clock of document.querySelectorAll("time.ticking")) {
      const gone = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(clock.dateTime)) / 1000));
      const allowed = Number(clock.dataset.allowed), words = age(gone);
      const tint = !allowed || gone < allowed * SOON ? "calm" : gone < allowed ? "soon" : "late";
      if (clock.textContent !== words) clock.textContent = words;
      if (!clock.classList.contains(tint)) clock.className = `ticking ${tint}`;
    }
  }
  setInterval(tick, 1000);
  tick();

  // --- what was understood, corrected where it stands ------------------------------------------------------
  document.addEventListener("click", (event) => {
    const wrong = event.target.closest("[data-correct]");
    const panel = wrong && document.querySelector(wrong.getAttribute("href"));
    const field = panel?.querySelector(`[name="${wrong.dataset.correct}"]:is(select, input:not([type=radio]), :checked)`);
    if (!field) return;
    event.preventDefault();
    if (panel instanceof HTMLDetailsElement) { panel.open = true; panel.dataset.toggled = "1"; }
    field.focus();
    field.scrollIntoView({ block: "center" });
    if (field instanceof HTMLInputElement && field.type !== "radio") field.select();
  });

  // --- a text for the group --------------------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.copied;
  });

  // --- recordings at one and a half times the speed --------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speed]");
    if (!button) return;
    const player = document.getElementById(button.dataset.speed);
    player.playbackRate = player.playbackRate === 1 ? 1.5 : 1;
    button.setAttribute("aria-pressed", String(player.playbackRate !== 1));
  });
})();
