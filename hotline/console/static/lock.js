// Locks the screen when nobody has touched it for the playbook's minutes. The server locks it; what was typed stays.
(() => {
  "use strict";

  const body = document.body, shade = document.getElementById("lock"), wait = Number(body.dataset.lockAfter) * 1000;
  const TELL_EVERY = 60000, TOUCHED = "desk:touched";
  if (!wait) return;

  function post(path, fields = {}, headers = {}) {
    const form = new FormData();
    form.set("csrf_token", body.dataset.csrf);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return fetch(path, { method: "POST", body: form, headers: { "HX-Request": "true", ...headers } });
  }

  // --- a person is here, in whichever tab ------------------------------------------------------------------
  let told = Date.now();

  function touch() {
    const now = Date.now();
    localStorage.setItem(TOUCHED, String(now));
    if (now - told < TELL_EVERY || shade?.open) return;
    told = now;
    post("/here").catch(() => { told = 0; });
  }

  if (body.dataset.locked === "1") {
    document.querySelector(".page-locked [name=password]")?.focus();
    body.addEventListener("desk:locked", (event) => {
      if (!event.detail) location.assign(document.querySelector(".unlock [name=next]").value);
    });
    return;
  }
  if (!shade) return;
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, touch, { passive: true });
  localStorage.setItem(TOUCHED, String(Date.now()));
  setInterval(() => {
    if (!shade.open && Date.now() - Number(localStorage.getItem(TOUCHED)) > wait) {
      show();
      post("/lock", {}, { "X-Background": "1" }).catch(() => {});
    }
  }, 5000);

  // --- the shade before the page ---------------------------------------------------------------------------
  const form = shade.querySelector(".unlock"), problem = shade.querySelector(".unlock-problem");

  function show() {
    if (shade.open) return;
    document.querySelectorAll("dialog[open]").forEach((other) => other.close());
    body.classList.add("shaded");
    problem.textContent = "";
    form.reset();
    shade.showModal();
    form.elements.password.focus();
  }

  function hide() {
    body.classList.remove("shaded");
    if (!shade.open) return;
    localStorage.setItem(TOUCHED, String(Date.now()));
    shade.close();
    body.dispatchEvent(new CustomEvent("desk:changed"));
  }

  shade.addEventListener("cancel", (event) => event.preventDefault());
  let unlocking = false;
  body.addEventListener("desk:locked", (event) => {
    if (unlocking) return;
    if (event.detail) show();
    else if (Date.now() - Number(localStorage.getItem(TOUCHED)) <= wait) hide();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    unlocking = true;
    try {
      const answer = await post("/unlock", { password: form.elements.password.value });
      if (answer.status === 204) { hide(); told = Date.now(); } else problem.textContent = await answer.text();
      if (answer.status === 401) form.elements.password.select();
    } catch {
      problem.textContent = document.getElementById("live").dataset.lost;
    } finally {
      unlocking = false;
    }
  });
})();
