// <button data-dialog="#id"> opens, <button data-close> closes, <dialog data-open>
// opens by itself once, an answer swapped into a dialog opens it. And the small
// buttons: data-copy copies a number, data-dismiss takes a notice away.
(function () {
  function show(dialog) {
    if (dialog && !dialog.open) dialog.showModal();
  }
  function opening() {
    document.querySelectorAll("dialog[data-open]").forEach((dialog) => {
      dialog.removeAttribute("data-open");
      show(dialog);
    });
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) show(document.querySelector(opener.dataset.dialog));
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    const gone = event.target.closest("[data-dismiss]");
    if (gone) gone.closest(".notice").remove();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(
        () => toast("done", "Скопировано: " + copy.dataset.copy),
        () => toast("warn", "Браузер не дал скопировать. Выделите номер и нажмите Ctrl+C."),
      );
    }
    if (event.target.closest("[data-print]")) print();
  });

  document.addEventListener("DOMContentLoaded", opening);
  document.addEventListener("htmx:afterSettle", (event) => {
    opening();
    if (event.detail.target && event.detail.target.closest) show(event.detail.target.closest("dialog[data-answers]"));
  });
})();
