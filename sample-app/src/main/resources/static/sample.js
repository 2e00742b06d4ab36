'use strict';

const byId = (id) => document.getElementById(id);
const clock = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });

/* Texts only ever become text nodes, whatever they contain. */
function element(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function time(instant) {
  return element('time', { datetime: instant }, clock.format(new Date(instant)));
}

/* Keeps the rows that did not change, and with them the keyboard focus. */
function show(listId, items, keyOf, row) {
  const list = byId(listId);
  const known = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const rows = items.map((item) => {
    const content = JSON.stringify(item);
    const old = known.get(keyOf(item));
    if (old && old.content === content) {
      return old;
    }
    const fresh = row(item);
    fresh.dataset.key = keyOf(item);
    fresh.content = content;
    return fresh;
  });
  if (rows.length !== list.children.length || rows.some((node, at) => list.children[at] !== node)) {
    const focused = document.activeElement;
    list.replaceChildren(...rows);
    if (focused && list.contains(focused)) {
      focused.focus();
    }
  }
  byId(listId + '-empty').hidden = items.length > 0;
  return rows.length;
}

function jobRow(job) {
  const info = job.info;
  const what = element('td', {}, job.what, element('span', { class: 'detail' }, job.id));
  if (!info) {
    return element('tr', {}, what, element('td', { colspan: '5' }, 'No longer kept'));
  }
  const failure = info.failures[info.failures.length - 1];
  const waits = ['QUEUED', 'SCHEDULED', 'RETRYING'].includes(info.state);
  return element('tr', {},
    what,
    element('td', {}, element('span', { class: 'badge ' + info.state }, info.state)),
    element('td', { class: 'number', 'data-label': 'Attempt' }, String(info.attempt)),
    element('td', { class: 'time', 'data-label': 'Due' }, ...(waits ? [time(info.dueAt)] : [])),
    element('td', { class: 'failure', 'data-label': 'Last failure' },
      ...(failure ? [failure.message || failure.type] : [])),
    element('td', { class: 'action' }, ...(info.state === 'DEAD' ? [retryButton(job)] : [])));
}

function retryButton(job) {
  const button = element('button', { type: 'button', class: 'quiet', 'aria-label': 'Retry: ' + job.what }, 'Retry');
  button.addEventListener('click', async () => {
    button.disabled = true;
    await fetch('api/jobs/' + encodeURIComponent(job.id) + '/retry', { method: 'POST' });
    await refresh();
    button.disabled = false;
  });
  return button;
}

function mailRow(mail) {
  const text = element('span', { class: 'detail' });
  const link = /https?:\/\/\S+/.exec(mail.text);
  // only links to this application can be followed
  if (link && new URL(link[0]).origin === location.origin) {
    text.append(element('a', { href: link[0] }, 'Verify this address'));
  }
  else {
    text.append(mail.text);
  }
  return element('li', {}, element('div', { class: 'line' }, element('span', {}, mail.to), time(mail.receivedAt)),
    element('span', { class: 'detail' }, mail.subject), text);
}

function orderRow(order) {
  const repeats = order.repeats === 0 ? [] : ['; came again ' + order.repeats + '×, recognised'];
  return element('li', {},
    element('div', { class: 'line' }, element('span', {}, 'Order ' + order.order), time(order.receivedAt)),
    element('span', { class: 'detail' }, 'key ' + order.idempotencyKey, ...repeats));
}

function cleanupRow(run) {
  const removed = run.removed === 0 ? 'Nothing to remove' : 'Removed ' + run.removed;
  return element('li', {}, element('div', { class: 'line' }, element('span', {}, removed), time(run.at)),
    element('span', { class: 'detail' }, 'process ' + run.process + ', thread ' + run.thread));
}

async function load(path) {
  const response = await fetch(path, { headers: { Accept: 'application/json' } });
  if (!response.ok) {
    throw new Error(await problem(response));
  }
  return response.json();
}

async function problem(response) {
  try {
    return (await response.json()).detail || 'Failed with status ' + response.status;
  }
  catch (notJson) {
    return 'Failed with status ' + response.status;
  }
}

async function refresh() {
  const connection = byId('connection');
  let text = 'Live';
  try {
    const [jobs, inbox, orders, cleanups, signups] = await Promise.all(
      ['api/jobs', 'api/inbox', 'api/partner/orders', 'api/cleanups', 'api/signups'].map(load));
    byId('jobs-table').hidden = show('jobs', jobs, (job) => job.id, jobRow) === 0;
    show('inbox', inbox, (mail) => mail.receivedAt + mail.text, mailRow);
    show('orders', orders, (order) => order.idempotencyKey, orderRow);
    show('cleanups', cleanups, (run) => run.at, cleanupRow);
    const figures = signups.waiting + ' to be verified, ' + signups.verified + ' verified.';
    if (byId('signups').textContent !== figures) {
      byId('signups').textContent = figures;
    }
    connection.className = 'connection up';
  }
  catch (failure) {
    text = failure instanceof TypeError ? 'The application does not answer' : failure.message;
    connection.className = 'connection down';
  }
  if (connection.textContent !== text) {
    connection.textContent = text;
  }
}

function submitting(formId, path) {
  const form = byId(formId);
  const answer = form.parentElement.querySelector('.answer');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    const start = performance.now();
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(new FormData(form)))
      });
      const took = Math.round(performance.now() - start);
      answer.className = response.ok ? 'answer' : 'answer wrong';
      answer.textContent = response.ok
        ? 'Accepted in ' + took + ' ms as job ' + (await response.json()).jobId
        : await problem(response);
      await refresh();
    }
    catch (failure) {
      answer.className = 'answer wrong';
      answer.textContent = 'The application does not answer.';
    }
    button.disabled = false;
  });
}

function noteVerification() {
  const verified = new URLSearchParams(location.search).get('verified');
  if (verified) {
    byId('notice').textContent = verified === 'yes' ? 'Thank you, the address is verified.'
      : 'This link is not valid any more. Sign up again.';
    byId('notice').hidden = false;
    history.replaceState(null, '', location.pathname);
  }
}

async function keepFresh() {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(keepFresh, 1000);
}

submitting('signup', 'api/signups');
submitting('webhook', 'api/webhooks');
byId('mend').addEventListener('click', async () => {
  await fetch('api/partner/mend', { method: 'POST' });
  byId('notice').textContent = 'The partner is mended. Retry the jobs that are dead.';
  byId('notice').hidden = false;
});
noteVerification();
keepFresh();
