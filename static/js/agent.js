// The console's side of the token agent: carries an envelope from the page to
// the agent on this desk, waits while the operator decides in the agent's own
// window, and brings the outcome back into a form of the page.
//
// An operation:
//   <div data-agent-operation data-agent-url="http://127.0.0.1:8095"
//        data-envelope='{"payload":"…","mac":"…"}'          ready envelope, or
//        data-envelope-form="#prepare"                      a form whose answer is one (JSON)
//        data-result-form="#result">
//     <button type="button" data-agent-start>Создать запрос на сертификат</button>
//     <button type="button" data-agent-cancel hidden>Отменить</button>   (optional)
//     <p data-agent-message></p>                                         (optional)
//   </div>
// The result form's fields named operation, csr, public_key, installed, cms,
// token_serial, token_kind, token_label are filled (bytes in base64) and the
// form is submitted.
//
// A list of tokens:
//   <div data-agent-status data-agent-url="http://127.0.0.1:8095">
//     <div data-agent-tokens></div> <button type="button" data-agent-refresh>Проверить ещё раз</button>
//   </div>
// Its form's <input name="carrier_number" data-agent-serial> gets the serial
// number. Events: agent:state {state, code} and agent:status {version, time, tokens}.
(() => {
  'use strict';

  const words = {
    opening: 'Связываемся с агентом…',
    waiting: 'Окно агента открыто: проверьте данные и введите PIN-код в нём.',
    lost: 'Агент не отвечает, ждём…',
    done: 'Готово, передаём результат…',
  };

  // What happened, and the one line that cures it. Codes come from the agent,
  // the last group is this script's own.
  const cures = {
    origin: ['Агент не признаёт адрес этой консоли.', 'Добавьте адрес консоли в настройку --origin агента и перезапустите его.'],
    mac: ['Агент не сопряжён с этой консолью.', 'Перенесите код сопряжения из окна агента в настройки рабочего места.'],
    expired: ['Время операции истекло.', 'Нажмите кнопку ещё раз; если не помогло, обновите страницу.'],
    clock: ['Часы этого компьютера и консоли расходятся.', 'Включите синхронизацию времени и обновите страницу.'],
    token_full: ['На носителе нет места.', 'Удалите с него ненужные контейнеры или возьмите другой носитель и повторите.'],
    token_no_gost: ['Носитель не умеет создавать ключи ГОСТ Р 34.10-2012.', 'Возьмите другой носитель и укажите его номер в форме запроса.'],
    replay: ['Эта операция уже передавалась агенту.', 'Обновите страницу и повторите.'],
    declined: ['Вы отказались в окне агента.', 'Ничего не создано. Нажмите кнопку, чтобы начать снова.'],
    cancelled: ['Операция отменена.', 'Нажмите кнопку, чтобы начать снова.'],
    pin_blocked: ['PIN-код носителя заблокирован.', 'Возьмите другой носитель или обратитесь к администратору.'],
    key_mismatch: ['На носителе нет ключа этого сертификата.', 'Вставьте носитель, на котором создавали запрос.'],
    unknown: ['Агент не помнит эту операцию.', 'Он был перезапущен: обновите страницу и повторите.'],
    rate: ['Слишком много обращений к агенту.', 'Подождите минуту и повторите.'],
    down: ['Агент не запущен на этом компьютере.', 'Запустите агент; если браузер спросит о доступе к локальной сети, разрешите его.'],
    closed: ['Агент перестал отвечать.', 'Запустите агент, обновите страницу и повторите.'],
    envelope: ['Консоль не подготовила операцию.', 'Обновите страницу и повторите.'],
  };

  class Refusal extends Error {
    constructor(code, text) {
      super(text || code);
      this.code = code;
    }
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  // call asks the agent. A fetch that fails tells nothing, so a second one
  // that needs no permission finds out whether anybody listens there.
  async function call(base, path, options) {
    let response;
    try {
      response = await fetch(base + path, { credentials: 'omit', cache: 'no-store', ...options });
    } catch {
      try {
        await fetch(base + '/v1/status', { mode: 'no-cors', credentials: 'omit', cache: 'no-store' });
      } catch {
        throw new Refusal('down');
      }
      throw new Refusal('origin');
    }
    let body = {};
    try {
      body = await response.json();
    } catch { /* an answer without JSON is a refusal without words */ }
    if (!response.ok) throw new Refusal(body.code || 'down', body.text);
    return body;
  }

  function messageOf(box) {
    let p = box.querySelector('[data-agent-message]');
    if (!p) {
      p = document.createElement('p');
      p.dataset.agentMessage = '';
      box.append(p);
    }
    p.setAttribute('aria-live', 'polite');
    return p;
  }

  function say(box, state, text, cure, link) {
    box.dataset.agentState = state;
    const p = messageOf(box);
    p.textContent = '';
    const head = document.createElement('strong');
    head.textContent = text;
    p.append(head);
    if (cure) p.append(' ', cure);
    if (link) p.append(' ', link);
  }

  function fail(box, err) {
    const code = err instanceof Refusal ? err.code : 'envelope';
    const [text, cure] = cures[code] || [err.message, 'Обновите страницу и повторите.'];
    say(box, 'failed', code === 'envelope' && err instanceof Refusal && err.message !== code ? err.message : text, cure);
    box.dispatchEvent(new CustomEvent('agent:state', { bubbles: true, detail: { state: 'failed', code } }));
  }

  // envelopeOf is the envelope written into the page, or asked of the
  // console's server now: it lives five minutes, the page may be older.
  async function envelopeOf(box) {
    if (box.dataset.envelope) return box.dataset.envelope;
    const form = document.querySelector(box.dataset.envelopeForm);
    const response = await fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: 'application/json' },
      credentials: 'same-origin',
    });
    if (response.redirected || !(response.headers.get('Content-Type') || '').includes('json')) throw new Refusal('envelope');
    const body = await response.json();
    if (!response.ok) throw new Refusal('envelope', body.text);
    return JSON.stringify({ payload: body.payload, mac: body.mac });
  }

  function operationID(envelope) {
    const bytes = Uint8Array.from(atob(JSON.parse(envelope).payload), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)).id;
  }

  // ask posts the envelope. One that the agent has already taken (a second
  // tab, the Back button) goes on with the same operation.
  async function ask(base, envelope, blocked) {
    try {
      return await call(base, '/v1/operations' + (blocked ? '?window=agent' : ''), {
        method: 'POST', body: envelope, headers: { 'Content-Type': 'application/json' },
      });
    } catch (err) {
      if (err.code !== 'replay') throw err;
      const id = operationID(envelope);
      try {
        return await call(base, '/v1/operations/' + id);
      } catch {
        throw err;
      }
    }
  }

  async function outcome(box, base, id, blockedURL) {
    let misses = 0;
    for (;;) {
      if (!box.isConnected) return null; // the page has moved on
      try {
        const answer = await call(base, `/v1/operations/${id}?wait=${blockedURL ? 1 : 10}`);
        if (misses || (blockedURL && answer.opened)) {
          say(box, 'waiting', words.waiting);
          blockedURL = '';
        }
        misses = 0;
        if (answer.state !== 'waiting') return answer;
      } catch (err) {
        if (err.code !== 'down') throw err;
        if (++misses > 5) throw new Refusal('closed');
        say(box, 'waiting', words.lost);
        await pause(1000);
      }
    }
  }

  function fill(box, answer) {
    const form = document.querySelector(box.dataset.resultForm);
    for (const [name, value] of Object.entries({ operation: answer.id, ...answer.result })) {
      const field = form.elements.namedItem(name);
      if (field) field.value = String(value);
    }
    form.requestSubmit();
  }

  function windowLink(url) {
    const a = document.createElement('a');
    a.href = url;
    a.target = '_blank';
    a.rel = 'noopener';
    a.textContent = 'Открыть окно агента';
    return a;
  }

  async function start(box, button) {
    if (box.dataset.agentRunning) return;
    box.dataset.agentRunning = '1';
    button.disabled = true;
    const cancel = box.querySelector('[data-agent-cancel]');
    const base = box.dataset.agentUrl.replace(/\/$/, '');
    // The window is opened inside the click, the only moment a browser allows it.
    const popup = window.open('about:blank', '_blank', 'popup,width=640,height=820');
    if (popup) popup.document.title = words.opening;
    let shown = false;
    try {
      say(box, 'opening', words.opening);
      const operation = await ask(base, await envelopeOf(box), !popup);
      let blockedURL = '';
      if (popup && operation.window_url) {
        popup.location.replace(operation.window_url);
        shown = true;
      } else {
        popup?.close();
        blockedURL = operation.window_url || '';
      }
      if (cancel) {
        cancel.hidden = false;
        cancel.onclick = () => call(base, '/v1/operations/' + operation.id, { method: 'DELETE' }).catch((err) => fail(box, err));
      }
      if (blockedURL) {
        say(box, 'waiting', 'Браузер не открыл окно агента.', 'Разрешите этой странице всплывающие окна или нажмите:', windowLink(blockedURL));
      } else {
        say(box, 'waiting', words.waiting);
      }
      box.dispatchEvent(new CustomEvent('agent:state', { bubbles: true, detail: { state: 'waiting', code: '' } }));
      const answer = await outcome(box, base, operation.id, blockedURL);
      if (!answer) return;
      if (answer.state !== 'done') throw new Refusal(answer.error?.code || answer.state, answer.error?.text);
      say(box, 'done', words.done);
      box.dispatchEvent(new CustomEvent('agent:state', { bubbles: true, detail: { state: 'done', code: '' } }));
      fill(box, answer);
    } catch (err) {
      fail(box, err);
    } finally {
      if (popup && !shown) popup.close();
      if (cancel) cancel.hidden = true;
      button.disabled = false;
      delete box.dataset.agentRunning;
    }
  }

  function attempts(n) {
    const ten = n % 10;
    const hundred = n % 100;
    if (ten === 1 && hundred !== 11) return `осталась ${n} попытка PIN-кода`;
    if (ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14)) return `осталось ${n} попытки PIN-кода`;
    return `осталось ${n} попыток PIN-кода`;
  }

  function choose(box, serial) {
    for (const field of (box.closest('form') || document).querySelectorAll('[data-agent-serial]')) {
      field.value = serial;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }

  function tokenItem(box, token, several) {
    const item = document.createElement('li');
    item.dataset.serial = token.serial;
    item.textContent = `${token.kind} № ${token.serial} — «${token.label}»`;
    const notes = [];
    if (token.pin_attempts === 0) notes.push('PIN-код заблокирован');
    else if (token.pin_attempts < 10) notes.push(attempts(token.pin_attempts));
    if (token.default_pin) notes.push('заводской PIN-код: смените его до передачи владельцу');
    if (notes.length) {
      const note = document.createElement('small');
      note.textContent = notes.join('; ');
      item.append(document.createElement('br'), note);
    }
    if (several && (box.closest('form') || document).querySelector('[data-agent-serial]')) {
      const pick = document.createElement('button');
      pick.type = 'button';
      pick.textContent = 'Выбрать';
      pick.setAttribute('aria-label', `Выбрать носитель № ${token.serial}`);
      pick.onclick = () => choose(box, token.serial);
      item.append(' ', pick);
    }
    return item;
  }

  async function showStatus(box) {
    let status;
    try {
      status = await call(box.dataset.agentUrl.replace(/\/$/, ''), '/v1/status');
    } catch (err) {
      box.querySelector('[data-agent-tokens]')?.replaceChildren();
      fail(box, err);
      return;
    }
    const list = document.createElement('ul');
    for (const token of status.tokens) list.append(tokenItem(box, token, status.tokens.length > 1));
    let place = box.querySelector('[data-agent-tokens]');
    if (!place) {
      place = document.createElement('div');
      place.dataset.agentTokens = '';
      box.append(place);
    }
    place.replaceChildren(list);
    if (status.tokens.length) say(box, 'ready', 'Агент работает.');
    else say(box, 'empty', 'Агент работает, носителя нет.', 'Вставьте носитель и проверьте ещё раз.');
    const fields = (box.closest('form') || document).querySelectorAll('[data-agent-serial]');
    if (status.tokens.length === 1 && [...fields].some((field) => !field.value)) choose(box, status.tokens[0].serial);
    box.dispatchEvent(new CustomEvent('agent:status', { bubbles: true, detail: status }));
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-agent-start], [data-agent-refresh]');
    if (!button) return;
    event.preventDefault();
    if (button.hasAttribute('data-agent-start')) start(button.closest('[data-agent-operation]'), button);
    else showStatus(button.closest('[data-agent-status]'));
  });

  function look(root) {
    const boxes = [...(root.querySelectorAll?.('[data-agent-status]') || [])];
    if (root.matches?.('[data-agent-status]')) boxes.push(root);
    for (const box of boxes) {
      if (box.dataset.agentSeen) continue;
      box.dataset.agentSeen = '1';
      showStatus(box);
    }
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => look(document));
  else look(document);
  document.addEventListener('htmx:load', (event) => look(event.target));
})();
