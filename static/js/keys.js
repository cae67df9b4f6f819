// Keys that work everywhere: Ctrl+K the search field, Ctrl+Enter the one
// primary verb, Escape closes menus.
(function () {
  function visible(element) {
    return element.getClientRects().length > 0 && !element.disabled;
  }

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.code === "KeyK") {
      const field = [...document.querySelectorAll("[data-search]")].reverse().find(visible);
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    }
    if (command && event.key === "Enter") {
      const place = document.querySelector("dialog[open]") || document.getElementById("main");
      const verb = place && [...place.querySelectorAll("[data-primary]")].find(visible);
      if (verb) {
        event.preventDefault();
        verb.click();
      }
    }
    if (event.key === "Escape") {
      const menu = event.target.closest("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
