// Idle lock: meta idle-minutes says after how long a silence the screen locks. A
// minute before that the page warns; then it hides everything and tells the server.
// Work in another tab counts, polls do not. The server counts requests, so long
// typing is told to it every five minutes.
(function () {
  const meta = document.querySelector('meta[name="idle-minutes"]');
  const limit = meta ? Number(meta.content) * 60000 : 0;
  if (!limit) return;
  const key = "last-act";
  let noted = 0;
  let told = Date.now();
  let warned = false;

  function act() {
    if (Date.now() - noted < 5000) return;
    noted = Date.now();
    localStorage.setItem(key, String(noted));
    if (noted - told < 300000) return;
    told = noted;
    fetch("/", { method: "HEAD", redirect: "manual" }).catch(() => {});
  }
  function lock() {
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
    document.body.classList.add("locked");
    const screen = document.getElementById("lock").content.cloneNode(true);
    screen.querySelector("a").href = location.href; // the server asks the password there
    document.body.append(screen);
    const token = document.querySelector('meta[name="csrf-token"]').content;
    fetch("/lock", { method: "POST", headers: { "X-CSRF-Token": token }, redirect: "manual" }).catch(() => {});
    clearInterval(timer);
  }
  function check() {
    const silent = Date.now() - Math.max(noted, Number(localStorage.getItem(key)) || 0);
    if (silent >= limit) return lock();
    const near = silent >= limit - 60000;
    if (near && !warned) toast("warn", "Через минуту экран закроется: давно нет действий. Нажмите любую клавишу, чтобы остаться.");
    if (!near && warned) document.getElementById("toasts").replaceChildren();
    warned = near;
  }

  act();
  ["keydown", "pointerdown", "wheel"].forEach((name) => addEventListener(name, act, { passive: true }));
  const timer = setInterval(check, 5000);
})();
