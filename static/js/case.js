// Steps of a case: ↑ ↓ walk between them, Enter opens (they are links).
document.addEventListener("keydown", (event) => {
  const step = event.target.closest(".steps a");
  if (!step || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const steps = [...step.closest(".steps").querySelectorAll("a")];
  const next = steps[steps.indexOf(step) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
