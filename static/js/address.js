// The address form: what is chosen of a list goes into its field with its id,
// what lay in the old choice is emptied, the next field takes the focus.
(function () {
  const inside = { place: ["street", "street2", "house"], street: ["house"], street2: [], house: [] };

  function forget(form, name) {
    form.elements[name].value = "";
    form.elements[`${name}_id`].value = "";
  }
  function empty(field) {
    document.getElementById(field.getAttribute("aria-controls")).replaceChildren();
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
  function next(form, field) {
    const list = [...form.querySelectorAll('input:not([type="hidden"]):not([type="checkbox"]), button[data-primary]')].filter((el) => el.offsetParent && el.name !== "postcode"); // it fills itself
    list[list.indexOf(field) + 1]?.focus();
  }

  document.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-gar]");
    if (!hit) return;
    event.preventDefault();
    const list = hit.closest('[role="listbox"]');
    const field = document.querySelector(`input[aria-controls="${list.id}"]`);
    const { form } = field;
    field.value = hit.dataset.value;
    form.elements[`${field.name}_id`].value = hit.dataset.gar;
    inside[field.name].forEach((name) => forget(form, name));
    empty(field);
    next(form, field);
    form.dispatchEvent(new Event("gar-chosen"));
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.matches('[data-address] input[role="combobox"]')) field.form.elements[`${field.name}_id`].value = "";
  });

  // An address that is not there is not looked for.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("[data-address]");
    if (form?.elements.manual.checked && event.target.matches('input[role="combobox"]')) event.preventDefault();
  });

  // Enter chooses, or waits for the answer; it does not send a half-typed form.
  // The focus has moved on when keypress comes. A list that was left is closed.
  ["keydown", "keypress"].forEach((type) => document.addEventListener(type, (event) => {
    if (event.key === "Enter" && !event.ctrlKey && event.target.matches('[data-address] input')) event.preventDefault();
  }));
  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (field.matches('[data-address] input[role="combobox"]') && !event.relatedTarget?.closest("[data-gar]")) empty(field);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-address]");
    if (!form || event.target.type !== "checkbox") return;
    form.querySelectorAll("[data-if], [data-unless]").forEach((el) => {
      const { if: on, unless } = el.dataset;
      el.hidden = Boolean((on && !form.elements[on].checked) || (unless && form.elements[unless]?.checked));
    });
  });
})();
