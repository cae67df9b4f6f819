// The search field and its answers: ↑ ↓ walk, Enter opens, Escape empties. The
// field names its list by aria-controls; answers are <a role="option">.
(function () {
  let opened = null; // the form whose answer is being opened: it is not sent too

  function parts(field) {
    const list = document.getElementById(field.getAttribute("aria-controls"));
    return { list, hits: list ? [...list.querySelectorAll('[role="option"]')] : [] };
  }
  function choose(field, hits, index) {
    hits.forEach((hit, i) => {
      hit.id = hit.id || `${field.id}-hit-${i}`;
      hit.setAttribute("aria-selected", String(i === index));
    });
    const hit = hits[index];
    if (hit) {
      field.setAttribute("aria-activedescendant", hit.id);
      hit.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  document.addEventListener("keydown", (event) => {
    const field = event.target.closest('input[role="combobox"]');
    if (!field || event.isComposing) return;
    const { list, hits } = parts(field);
    const at = hits.findIndex((hit) => hit.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!hits.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(field, hits, (at + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      // Only an answer to what stands in the field; else the form is sent as it
      // is (a barcode scanner types the number and Enter before any answer).
      const hit = hits[Math.max(at, 0)];
      if (hit && list.dataset.answers === field.value) {
        event.preventDefault();
        if (!hit.matches("[data-gar]")) opened = field.form; // an address is chosen, not opened
        hit.click();
      }
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  document.addEventListener("submit", (event) => {
    if (event.target === opened) event.preventDefault();
    opened = null;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const field = document.querySelector(`input[role="combobox"][aria-controls="${event.detail.target.id}"]`);
    if (!field) return;
    const { list, hits } = parts(field);
    list.dataset.answers = event.detail.requestConfig.formData.get(field.name) || "";
    field.setAttribute("aria-expanded", String(hits.length > 0));
    choose(field, hits, hits.length ? 0 : -1);
  });
})();
