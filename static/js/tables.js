// Rows by keyboard and ticks. In a <table class="list"> rows with data-href are
// opened by Enter and by a click, Space ticks, ↑ ↓ walk, Shift+↑ ↓ extend the
// ticks; the form around it shows its bar «Действия» while something is ticked.
(function () {
  const ticks = 'tbody .tick input[type="checkbox"]';
  const rowsOf = (table) => [...table.querySelectorAll("tbody tr[tabindex]")];
  const tickOf = (row) => row.querySelector('.tick input[type="checkbox"]');

  function go(row) {
    if (!row) return;
    rowsOf(row.closest("table")).forEach((other) => (other.tabIndex = other === row ? 0 : -1));
    row.focus();
  }
  function tick(row, on) {
    const box = row && tickOf(row);
    if (!box || box.disabled || box.checked === on) return;
    box.checked = on;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Shows the number ticked, the sum of data-sum in kopecks, and the bar.
  function refresh(form) {
    const boxes = [...form.querySelectorAll(ticks)];
    const on = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr").classList.toggle("ticked", box.checked));
    const all = form.querySelector("[data-tick-all]");
    if (all) {
      all.checked = on.length > 0 && on.length === boxes.filter((box) => !box.disabled).length;
      all.indeterminate = on.length > 0 && !all.checked;
    }
    const bar = form.querySelector(".actions");
    if (!bar) return;
    bar.hidden = on.length === 0;
    bar.querySelector("[data-ticked]").textContent = on.length;
    const sum = bar.querySelector("[data-ticked-sum]");
    if (sum) {
      const kopecks = on.reduce((total, box) => total + Number(box.dataset.sum || 0), 0);
      sum.textContent = (kopecks / 100).toLocaleString("ru-RU", { style: "currency", currency: "RUB" });
    }
  }
  function refreshAll() {
    document.querySelectorAll("form[data-ticks]").forEach(refresh);
    document.querySelectorAll("table.list").forEach((table) => {
      const rows = rowsOf(table);
      if (rows.length && !rows.some((row) => row.tabIndex === 0)) rows[0].tabIndex = 0;
    });
  }

  document.addEventListener("keydown", (event) => {
    const row = event.target.closest("table.list tbody tr[tabindex]");
    if (!row || event.target !== row || event.ctrlKey || event.altKey) return;
    const rows = rowsOf(row.closest("table"));
    const at = rows.indexOf(row);
    const next = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows[rows.length - 1] }[event.key];
    if (next) {
      event.preventDefault();
      if (event.shiftKey) [row, next].forEach((each) => tick(each, true));
      go(next);
    } else if (event.key === " " && tickOf(row)) {
      event.preventDefault();
      tick(row, !tickOf(row).checked);
    } else if (event.key === "Enter" && row.dataset.href) {
      event.preventDefault();
      location.assign(row.dataset.href);
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-untick]")) {
      const form = event.target.closest("form");
      form.querySelectorAll(ticks).forEach((box) => (box.checked = false));
      refresh(form);
      return;
    }
    const row = event.target.closest("table.list tbody tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, summary, .tick")) return;
    if (String(getSelection())) return; // a number is being copied, not a row opened
    if (event.ctrlKey || event.metaKey) open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-ticks]");
    if (!form) return;
    if (event.target.matches("[data-tick-all]")) {
      form.querySelectorAll(ticks).forEach((box) => {
        if (!box.disabled) box.checked = event.target.checked;
      });
    }
    refresh(form);
  });

  document.addEventListener("DOMContentLoaded", refreshAll);
  document.addEventListener("htmx:afterSettle", refreshAll);
  addEventListener("pageshow", refreshAll);
})();
