// <select data-combo> with many options becomes a field with search. A morph
// would meet markup the server never sent, so the plain select comes back first.
(function () {
  function dress() {
    document.querySelectorAll("select[data-combo]:not(.tomselected)").forEach((select) => {
      new TomSelect(select, {
        maxOptions: 200,
        render: { no_results: () => '<div class="no-results">Ничего не найдено</div>' },
      });
    });
  }
  document.addEventListener("DOMContentLoaded", dress);
  document.addEventListener("htmx:beforeSwap", (event) => {
    event.detail.target.querySelectorAll("select.tomselected").forEach((select) => select.tomselect.destroy());
  });
  document.addEventListener("htmx:afterSettle", dress);
})();
