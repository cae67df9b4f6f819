// htmx: the CSRF header, swaps that keep what is being typed, and words for
// requests that failed. The configuration itself is the layout's meta tag.
(function () {
  // What the person typed, ticked, chose or opened is not the server's to take
  // back: a poll may come while a note is half written.
  function touched(node) {
    if (node.matches("input, textarea")) return node.value !== node.defaultValue || node.checked !== node.defaultChecked;
    if (!node.matches("select")) return false;
    const options = [...node.options];
    const first = options.find((option) => option.defaultSelected) || options[0];
    return Boolean(first) && !first.selected;
  }
  // Only what one types in is left alone while it has the focus: a pressed button
  // keeps the focus too, and must not keep the words of another verb.
  function typing(node) {
    return node === document.activeElement && node.matches("input, textarea, select");
  }
  Idiomorph.defaults.ignoreActiveValue = false;
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.nodeType === Node.ELEMENT_NODE && (touched(node) || typing(node)));
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details, dialog"));

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token) event.detail.headers["X-CSRF-Token"] = token.content;
    // A poll is not the person's act: the server must not take it for activity.
    if (!event.detail.triggeringEvent) event.detail.headers["X-Poll"] = "1";
  });

  const words = {
    401: "Сеанс закончился. Войдите снова в соседней вкладке и повторите: введённое здесь сохранится.",
    403: "На это действие у вас нет права. Его даёт администратор.",
    404: "Не найдено. Обновите страницу: запись могли убрать.",
    409: "Запись изменил другой сотрудник. Обновите страницу и сравните.",
    413: "Файл слишком большой.",
    429: "Слишком много попыток. Подождите минуту.",
    503: "Внешняя система не отвечает. Запрос не потерян; попробуйте позже.",
  };

  // The server's own words when it sent any (data-error-text of the error page).
  function reason(xhr) {
    const html = (xhr.getResponseHeader("Content-Type") || "").includes("text/html");
    if (html) {
      const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
      const said = page.querySelector("[data-error-text]");
      if (said) return said.textContent.trim();
    }
    return words[xhr.status] || "Не получилось. Номер для поддержки: " + (xhr.getResponseHeader("X-Request-Id") || xhr.status);
  }

  // A poll that fails says nothing: the next one will tell.
  function byPerson(event) {
    return Boolean(event.detail.requestConfig && event.detail.requestConfig.triggeringEvent);
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (byPerson(event) || event.detail.xhr.status === 401) toast("stop", reason(event.detail.xhr));
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (byPerson(event)) toast("stop", "Нет связи с сервером. Введённое на месте; попробуйте ещё раз.");
  });
  document.addEventListener("htmx:timeout", () => toast("warn", "Сервер не ответил вовремя. Попробуйте ещё раз."));

  const icons = { done: "check-circle-fill", note: "info-circle-fill", warn: "exclamation-triangle-fill", stop: "x-octagon-fill" };

  // A message in the corner; done and note leave by themselves.
  window.toast = function (kind, text) {
    const place = document.getElementById("toasts");
    if (!place) return;
    const pattern = document.getElementById("toast").content.firstElementChild.cloneNode(true);
    pattern.classList.add("notice-" + kind);
    const use = pattern.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*$/, "#" + icons[kind]));
    pattern.querySelector("div").textContent = text;
    place.replaceChildren(pattern);
    if (kind === "done" || kind === "note") setTimeout(() => pattern.remove(), 4000);
  };
})();
