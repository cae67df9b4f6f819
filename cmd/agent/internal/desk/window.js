// The agent's own window: counts the time down, sends a decision once and
// closes itself when the work is done.
'use strict';

const timer = document.querySelector('[data-expires]');
if (timer) {
  const end = Date.parse(timer.dataset.expires);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) {
      location.replace(location.href);
      return;
    }
    timer.textContent = `Осталось ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    setTimeout(tick, 1000);
  };
  tick();
}

for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', () => {
    // After the browser has read the form: a disabled button is not sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button')) button.disabled = true;
    });
  });
}

document.querySelector('[data-close-now]')?.addEventListener('click', () => window.close());
if (document.body.hasAttribute('data-close')) setTimeout(() => window.close(), 900);
