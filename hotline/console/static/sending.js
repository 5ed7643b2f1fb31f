// A form is sent once however often its key is pressed, and what was typed stays where no server answers.
(() => {
  "use strict";

  const body = document.body, live = document.getElementById("live"), main = document.getElementById("main");
  if (!Number(body.dataset.lockAfter)) return;
  const ANSWER_WITHIN = 5000, underWay = new WeakSet(), reached = new WeakSet();

  function say(form, words) {
    document.querySelector(".problem.unsent")?.remove();
    const problem = document.createElement("p");
    problem.className = "problem unsent wide";
    problem.role = "alert";
    problem.tabIndex = -1;
    problem.textContent = words;
    if (main.contains(form)) form.before(problem); else main.prepend(problem);
  }

  function why(status) {
    return status === 401 ? live.dataset.ended : live.dataset.unsent;
  }

  // --- forms that are sent without leaving the page ----------------------------------------------------------
  const sentBy = (event) => (event.detail.elt instanceof HTMLFormElement ? event.detail.elt : null);

  document.addEventListener("htmx:beforeSend", (event) => { if (sentBy(event)) underWay.add(sentBy(event)); });
  document.addEventListener("htmx:afterRequest", (event) => { if (sentBy(event)) underWay.delete(sentBy(event)); });
  for (const failure of ["htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(failure, (event) => { if (sentBy(event)) say(sentBy(event), why(event.detail.xhr.status)); });
  }

  // --- forms that lead to another page: they leave this one only for a server that answers -------------------
  async function refusal() {
    try {
      const answer = await fetch("/changes?since=", {
        headers: { "X-Background": "1" }, cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      return answer.ok ? "" : why(answer.status);
    } catch {
      return why(0);
    }
  }

  async function leave(form, button) {
    underWay.add(form);
    const refused = await refusal();
    underWay.delete(form);
    if (refused) return say(form, refused);
    reached.add(form);
    form.requestSubmit(button);
    reached.delete(form);
  }

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (underWay.has(form)) return stop(event);
    const typed = form.querySelector("[data-touched]") && form.method === "post";
    if (!typed || reached.has(form) || form.hasAttribute("hx-post") || form.closest("dialog")) return;
    stop(event);
    leave(form, event.submitter);
  }, true);
})();
