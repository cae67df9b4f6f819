// <time data-since="RFC 3339"> counts up («12 мин 40 с»), data-until counts down;
// data-format="clock" shows 00:12:40. The desk's clock may be wrong, so time is
// the server's (meta server-time, milliseconds) plus what passed since.
(function () {
  const meta = document.querySelector('meta[name="server-time"]');
  const ahead = meta && Number(meta.content) ? Number(meta.content) - Date.now() : 0;
  const two = (n) => String(n).padStart(2, "0");

  function words(seconds) {
    const d = Math.floor(seconds / 86400);
    const h = Math.floor(seconds / 3600) % 24;
    const m = Math.floor(seconds / 60) % 60;
    const s = seconds % 60;
    const nb = "\u00a0";
    if (d) return `${d}${nb}д ${h}${nb}ч`;
    if (h) return `${h}${nb}ч ${m}${nb}мин`;
    if (m) return `${m}${nb}мин ${s}${nb}с`;
    return `${s}${nb}с`;
  }
  function clock(seconds) {
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }
  function tick() {
    const now = Date.now() + ahead;
    document.querySelectorAll("time[data-since], time[data-until]").forEach((time) => {
      const { since, until, format } = time.dataset;
      const passed = since ? now - Date.parse(since) : Date.parse(until) - now;
      if (Number.isNaN(passed)) return;
      const seconds = Math.max(0, Math.floor(passed / 1000));
      const text = format === "clock" ? clock(seconds) : words(seconds);
      if (time.textContent !== text) time.textContent = text;
    });
  }
  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:afterSettle", tick);
  setInterval(tick, 1000);
})();
