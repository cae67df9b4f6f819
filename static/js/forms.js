// Forms: one sending per press, a tick on groups that are complete, selects
// that submit themselves, the summary of errors in focus.
(function () {
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-held]").forEach((button) => {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      button.removeAttribute("data-held");
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" || form.method === "dialog" || "download" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "1";
    // Later: a disabled button would not send its own name and value.
    setTimeout(() => {
      if (event.defaultPrevented && !form.matches("[hx-post]")) return release(form);
      const buttons = [...form.querySelectorAll("button:not([type=button]):enabled")];
      if (event.submitter && !buttons.includes(event.submitter)) buttons.push(event.submitter);
      buttons.forEach((button) => {
        button.disabled = true;
        button.dataset.held = "";
      });
      if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    });
  }, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) release(form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-autosubmit]");
    if (field) field.form.requestSubmit();
  });

  function complete(group) {
    const fields = [...group.querySelectorAll("input, select, textarea")].filter((field) => field.required);
    const bad = group.querySelector(".field.bad");
    group.classList.toggle("complete", !bad && fields.length > 0 && fields.every((field) => field.checkValidity() && field.value.trim() !== ""));
  }
  document.addEventListener("input", (event) => {
    const group = event.target.closest(".group");
    if (group) complete(group);
  });

  function ready() {
    document.querySelectorAll(".group").forEach(complete);
    const summary = document.querySelector(".errors");
    const first = document.querySelector(".field.bad input, .field.bad select, .field.bad textarea");
    if (summary) summary.focus();
    else if (first) first.focus();
  }
  document.addEventListener("DOMContentLoaded", ready);
  document.addEventListener("htmx:afterSettle", (event) => {
    document.querySelectorAll(".group").forEach(complete);
    const xhr = event.detail.xhr;
    if (xhr && xhr.status === 422) ready();
  });
})();
