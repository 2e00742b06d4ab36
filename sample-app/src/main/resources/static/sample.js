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
    element('td', {}, element('span', { class: 'badge ' + info.state }, info.state), ...progressOf(info)),
    element('td', { class: 'number', 'data-label': 'Attempt' }, String(info.attempt)),
    element('td', { class: 'time', 'data-label': 'Due' }, ...(waits ? [time(info.dueAt)] : [])),
    element('td', { class: 'failure', 'data-label': 'Last failure' },
      ...(failure ? [failure.message || failure.type] : [])),
    element('td', { class: 'action' }, ...(info.state === 'DEAD' ? [retryButton(job)] : downloadOf(info))));
}

function progressOf(info) {
  const progress = info.progress;
  if (!progress || !progress.total || info.state === 'SUCCEEDED') {
    return [];
  }
  const percent = Math.round(100 * progress.current / progress.total) + ' %';
  return [element('progress', { value: progress.current, max: progress.total, 'aria-label': percent }),
    element('span', { class: 'detail' }, percent + (progress.message ? ', ' + progress.message : ''))];
}

function downloadOf(info) {
  const isReport = info.name === 'PrimeReports.count' && info.state === 'SUCCEEDED';
  return isReport ? [element('a', { href: 'api/reports/' + encodeURIComponent(info.id) + '.csv', download: '' },
    'Download')] : [];
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

function chargeRow(charge) {
  const amount = (charge.cents / 100).toFixed(2);
  const asked = charge.asked === 1 ? 'asked once' : 'asked ' + charge.asked + '×, charged once';
  return element('li', {},
    element('div', { class: 'line' }, element('span', {}, 'Order ' + charge.order + ', ' + amount), time(charge.chargedAt)),
    element('span', { class: 'detail' }, 'key ' + charge.idempotencyKey + '; ' + asked));
}

function cleanupRow(run) {
  const removed = run.removed === 0 ? 'Nothing to remove' : 'Removed ' + run.removed;
  return element('li', {}, element('div', { class: 'line' }, element('span', {}, removed), time(run.at)),
    element('span', { class: 'detail' }, 'process ' + run.process + ', thread ' + run.thread));
}

function imageRow(image) {
  return element('li', {},
    element('div', { class: 'line' }, element('span', { class: 'name' }, image.name), time(image.uploadedAt)),
    element('div', { class: 'thumbnails' }, ...image.thumbnails.map((thumbnail) => thumbnailOf(image, thumbnail))));
}

function thumbnailOf(image, thumbnail) {
  const size = thumbnail.pixels + ' pixels';
  if (thumbnail.url) {
    return element('img', { src: thumbnail.url, alt: image.name + ', ' + size, title: size,
      class: 'p' + thumbnail.pixels });
  }
  const state = image.states[thumbnail.jobId] || '';
  return element('span', { class: 'pending p' + thumbnail.pixels + ' ' + state,
    title: state === 'DEAD' ? 'The job is dead' : size },
    state === 'DEAD' ? '×' : '…');
}

/* What is left of the page's knowledge of jobs says why there is no thumbnail yet. One that waits for a dead job is dead. */
function withStates(images, jobs) {
  const states = new Map(jobs.map((job) => [job.id, job.info ? job.info.state : '']));
  return images.map((image) => {
    const dead = (image.steps || []).some((step) => states.get(step) === 'DEAD');
    return { ...image,
      states: Object.fromEntries(image.thumbnails.filter((thumbnail) => !thumbnail.url)
        .map((thumbnail) => [thumbnail.jobId, dead ? 'DEAD' : states.get(thumbnail.jobId)])) };
  });
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
    const [jobs, images, inbox, orders, charges, cleanups, signups] = await Promise.all(
      ['api/jobs', 'api/images', 'api/inbox', 'api/partner/orders', 'api/charges', 'api/cleanups', 'api/signups']
        .map(load));
    show('images', withStates(images, jobs), (image) => image.id, imageRow);
    byId('jobs-table').hidden = show('jobs', jobs, (job) => job.id, jobRow) === 0;
    show('inbox', inbox, (mail) => mail.receivedAt + mail.text, mailRow);
    show('orders', orders, (order) => order.idempotencyKey, orderRow);
    show('charges', charges, (charge) => charge.idempotencyKey, chargeRow);
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

const json = (form) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(Object.fromEntries(new FormData(form))) });
const files = (form) => ({ method: 'POST', body: new FormData(form) });
const jobIds = (accepted) => accepted.jobId ? 'job ' + accepted.jobId
  : 'a chain of ' + accepted.steps.length + ' jobs, the first of which is ' + accepted.steps[0];

function submitting(formId, path, request) {
  const form = byId(formId);
  const answer = form.parentElement.querySelector('.answer');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button[type=submit]');
    button.disabled = true;
    const start = performance.now();
    try {
      const response = await fetch(path, request(form));
      const took = Math.round(performance.now() - start);
      answer.className = response.ok ? 'answer' : 'answer wrong';
      answer.textContent = response.ok
        ? 'Accepted in ' + took + ' ms as ' + jobIds(await response.json())
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

/* A picture for those who have none at hand: circles, as chance will have them. */
async function paint() {
  const canvas = element('canvas', { width: '1280', height: '960' });
  const pen = canvas.getContext('2d');
  const hue = Math.random() * 360;
  const sky = pen.createLinearGradient(0, 0, 0, 960);
  sky.addColorStop(0, 'hsl(' + hue + ' 60% 30%)');
  sky.addColorStop(1, 'hsl(' + (hue + 70) + ' 70% 75%)');
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 1280, 960);
  for (let i = 0; i < 40; i++) {
    pen.fillStyle = 'hsl(' + (hue + 40 + Math.random() * 120) + ' 75% 60% / 0.55)';
    pen.beginPath();
    pen.arc(Math.random() * 1280, 240 + Math.random() * 720, 20 + Math.random() * 130, 0, 2 * Math.PI);
    pen.fill();
  }
  const blob = await new Promise((painted) => canvas.toBlob(painted, 'image/jpeg', 0.9));
  const chosen = new DataTransfer();
  chosen.items.add(new File([blob], 'painting-' + Math.round(hue) + '.jpg', { type: 'image/jpeg' }));
  byId('file').files = chosen.files;
  byId('image').requestSubmit();
}

function checkSize() {
  const [file] = byId('file').files;
  const tooLarge = file && file.size > 5 * 1024 * 1024;
  byId('file').setCustomValidity(tooLarge ? 'The file must have 5 MB at most.' : '');
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

submitting('signup', 'api/signups', json);
submitting('image', 'api/images', files);
submitting('webhook', 'api/webhooks', json);
submitting('report', 'api/reports', json);
submitting('payment', 'api/payments', json);
byId('file').addEventListener('change', checkSize);
byId('paint').addEventListener('click', paint);
byId('mend').addEventListener('click', async () => {
  await fetch('api/partner/mend', { method: 'POST' });
  byId('notice').textContent = 'The partner is mended. Retry the jobs that are dead.';
  byId('notice').hidden = false;
});
noteVerification();
keepFresh();
