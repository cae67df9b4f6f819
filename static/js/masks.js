// Masks group digits while they are typed and leave everything else alone: a
// paste with letters stays as pasted, and the server's rule explains it.
(function () {
  // A mask is the number of digits in each group and what stands before it.
  const masks = {
    inn: [[12, ""]],
    kpp: [[9, ""]],
    ogrn: [[15, ""]],
    snils: [[3, ""], [3, "-"], [3, "-"], [2, " "]],
    passport: [[2, ""], [2, " "], [6, " "]],
    division: [[3, ""], [3, "-"]],
    phone: [[1, "+"], [3, " "], [3, " "], [2, "-"], [2, "-"]],
  };

  function format(mask, digits) {
    let out = "";
    for (const [size, before] of masks[mask]) {
      if (!digits) break;
      out += before + digits.slice(0, size);
      digits = digits.slice(size);
    }
    return digits ? null : out; // too many digits: not ours to cut
  }
  function digitsOf(mask, value, typed) {
    if (/[^\d\s()+\-–—.\u00a0№]/.test(value)) return null;
    const digits = value.replace(/\D/g, "");
    if (mask !== "phone") return digits;
    // Of phones only Russian ones have these groups, and how long the number is
    // shows when it is whole: 10 digits may be a city number or an 8… half typed.
    if (value.trim()[0] === "+") return digits[0] === "7" ? digits : null;
    if (/^[78]\d{10}$/.test(digits)) return "7" + digits.slice(1);
    return typed && digits.length === 10 ? "7" + digits : null;
  }
  function apply(field, typed) {
    const mask = field.dataset.mask;
    if (!masks[mask]) return;
    const digits = digitsOf(mask, field.value, typed);
    const shown = digits === null ? null : format(mask, digits);
    if (shown === null || shown === field.value) return;
    const after = field.value.slice(field.selectionEnd).replace(/\D/g, "").length;
    field.value = shown;
    let at = shown.length;
    for (let left = after; left > 0 && at > 0; at--) if (/\d/.test(shown[at - 1])) left--;
    if (field === document.activeElement) field.setSelectionRange(at, at);
  }

  document.addEventListener("input", (event) => {
    // Deleting is never answered by an insertion.
    if (event.target.dataset && event.target.dataset.mask && !/^delete/.test(event.inputType || "")) apply(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset && event.target.dataset.mask) apply(event.target, true);
  });

  // A date field takes 19.11.2026 from the clipboard.
  document.addEventListener("paste", (event) => {
    if (event.target.type !== "date") return;
    const found = event.clipboardData.getData("text").trim().match(/^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$/);
    if (!found) return;
    event.preventDefault();
    event.target.value = `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
