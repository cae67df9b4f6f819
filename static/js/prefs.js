// Theme and density, set before the first paint (this is the only script that
// blocks) and changed by the buttons of the person's menu:
//   <button data-pref="theme" data-value="dark">   values: auto light dark
//   <button data-pref="density" data-value="roomy"> values: compact normal roomy
(function () {
  const root = document.documentElement;
  const usual = { theme: "auto", density: "normal" };

  function read(name) {
    const found = document.cookie.match("(?:^|; )" + name + "=([a-z]+)");
    return found ? found[1] : usual[name];
  }
  function show(name, value) {
    if (value === usual[name]) delete root.dataset[name];
    else root.dataset[name] = value;
    document.querySelectorAll(`[data-pref="${name}"]`).forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    });
  }
  function showAll() {
    Object.keys(usual).forEach((name) => show(name, read(name)));
  }

  showAll();
  document.addEventListener("DOMContentLoaded", showAll);
  document.addEventListener("htmx:afterSettle", showAll);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pref]");
    if (!button) return;
    const { pref, value } = button.dataset;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${pref}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
    show(pref, value);
  });
})();
