// The workstation check: what only the browser knows. Each row is
//   <tr data-check="clock"><td data-check-state></td><td data-check-text></td></tr>
// and shows a state (done, warn, stop) and, when something is wrong, its cure.
(() => {
  'use strict';
  const meta = document.querySelector('meta[name="server-time"]');
  const arrived = Date.now();

  function show(name, state, text) {
    const row = document.querySelector(`[data-check="${name}"]`);
    if (!row) return;
    row.querySelectorAll('[data-state]').forEach((chip) => { chip.hidden = chip.dataset.state !== state; });
    row.querySelector('[data-check-text]').textContent = text;
  }

  function seconds(ms) {
    const s = Math.round(Math.abs(ms) / 1000);
    return s < 120 ? `${s} с` : `${Math.round(s / 60)} мин`;
  }

  function browser() {
    const agent = navigator.userAgent;
    const found = agent.match(/(YaBrowser|Edg|OPR|Firefox|Chrome)\/(\d+)/);
    const names = { YaBrowser: 'Яндекс Браузер', Edg: 'Microsoft Edge', OPR: 'Opera', Firefox: 'Firefox', Chrome: 'Chrome' };
    const least = { YaBrowser: 23, Edg: 111, OPR: 97, Firefox: 113, Chrome: 111 };
    if (!found) return show('browser', 'warn', 'Браузер не узнан. Проверены Chrome, Яндекс Браузер, Edge и Firefox последних трёх лет.');
    const [, name, version] = found;
    if (Number(version) < least[name]) return show('browser', 'stop', `${names[name]} ${version} устарел: обновите его до версии ${least[name]} или новее.`);
    return show('browser', 'done', `${names[name]} ${version}`);
  }

  function screen() {
    const wide = window.screen.availWidth >= 1280;
    show('screen', wide ? 'done' : 'warn', `${window.screen.availWidth} × ${window.screen.availHeight}` + (wide ? '' : ': уменьшите масштаб, удобно от 1280 точек в ширину.'));
  }

  function clock() {
    if (!meta || !Number(meta.content)) return;
    const behind = Number(meta.content) - arrived; // the page took less than a second to come
    if (Math.abs(behind) > 30000) show('clock', 'stop', `Часы этого компьютера ${behind > 0 ? 'отстают' : 'спешат'} на ${seconds(behind)}: включите синхронизацию времени, иначе операции с токеном будут считаться просроченными.`);
    else show('clock', 'done', `Расходятся с консолью не больше чем на ${seconds(Math.max(Math.abs(behind), 1000))}`);
  }

  // A page from the network reaches a program of this computer only by https,
  // and only where the person has allowed it (Chromium 142 and newer).
  function way() {
    if (window.isSecureContext) show('way', 'done', 'Браузеру можно разрешить доступ к агенту');
    else show('way', 'stop', 'Консоль открыта без https: браузер не пустит её к агенту. Откройте её по адресу https://… или обратитесь к администратору.');
  }

  document.addEventListener('agent:status', (event) => {
    const status = event.detail;
    show('agent', 'done', `Работает, версия ${status.version}`);
    const shift = Date.parse(status.time) - Date.now();
    if (Math.abs(shift) > 30000) show('clock', 'stop', `Часы агента расходятся с браузером на ${seconds(shift)}: перезапустите агент.`);
    const tokens = status.tokens;
    if (!tokens.length) return show('token', 'warn', 'Носителя нет. Вставьте токен и нажмите «Проверить ещё раз».');
    if (tokens.some((token) => token.pin_attempts === 0)) return show('token', 'stop', 'PIN-код носителя заблокирован: возьмите другой или разблокируйте его PIN-кодом администратора.');
    if (tokens.some((token) => token.default_pin)) return show('token', 'warn', 'На носителе заводской PIN-код: смените его до передачи владельцу.');
    return show('token', 'done', tokens.map((token) => `${token.kind} № ${token.serial}`).join(', '));
  });
  document.addEventListener('agent:state', (event) => {
    if (event.detail.state !== 'failed') return;
    const box = document.querySelector('[data-agent-status] [data-agent-message]');
    show('agent', 'stop', box ? box.textContent : 'Агент не отвечает: запустите его.');
    show('token', 'warn', 'Станет видно, когда заработает агент.');
  });
  document.addEventListener('DOMContentLoaded', () => { browser(); screen(); clock(); way(); });
})();
