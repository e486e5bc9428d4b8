/**
 * The console of rooms, supervisors, auditors and administrators: sign in, choose a view by the address' hash, read again when pushed.
 *
 * A view is `{ roles, hears, show(place, desk, argument) }`, and what `show` gives is `{ read, leave? }`: `read` fetches and shows,
 * again after each push of a kind in `hears`. The server decides what anybody may do; a view only leaves out what it would refuse.
 */
import { Client } from '/sdk/client.js';
import { ApiError } from '/sdk/errors.js';
import { Events } from '/sdk/events.js';
import { letters } from '/sdk/fonts.js';
import * as store from '/sdk/kept.js';
import { comeBack } from '/sdk/return.js';
import { sound } from '/sdk/tones.js';
import { Desk } from '/console/desk.js';
import { ask } from '/console/dialog.js';
import { Freshness } from '/console/freshness.js';
import { h, put } from '/console/page.js';
import { URGENT } from '/console/sensors.js';
import { signIn, unlock } from '/console/signin.js';
import { VIEWS } from '/console/views.js';
import { change, language, t, time, wrong } from '/console/words.js';

const KEPT = 'console_refresh_token';
const THEME = 'console_theme';
const SAID_MS = 8_000;
const AGAIN_MS = 10_000; // what is not pushed, or was while the line was down
const RETRY_MS = 3_000;
const COUNTED = ['hit', 'request', 'sharing', 'explanation']; // what wants somebody to look

const $ = (id) => document.getElementById(id);
const client = new Client({ keep: (token) => (token ? store.keep(KEPT, token) : store.drop(KEPT)) });
const desk = new Desk(client, say, told);
let events = null;
let shown = null; // { name, view, running, freshness }
let saying = 0;
const unseen = new Set(); // views where something new is, until they are opened

dress();
letters();
window.addEventListener('hashchange', () => desk.me && route());
setInterval(() => ($('clock').textContent = time(new Date(desk.now_ms).toISOString())), 1_000);
setInterval(() => document.visibilityState === 'visible' && !shown?.view.seldom && shown?.running.read(), AGAIN_MS);
resume();

/** From the agency's sign-in service, or after a reload: go on with what there is. */
async function resume() {
  try {
    const back = await comeBack(client);
    if (back) return await begin();
    if (back === false) say(t('signin.not_vouched'));
  } catch (error) {
    say(wrong(error));
    return signIn($('main'), client, begin);
  }
  const token = await store.kept(KEPT).catch(() => null);
  if (!token) return signIn($('main'), client, begin);
  try {
    await client.resume(token);
    await begin();
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) return signIn($('main'), client, begin);
    put($('main'), h('p', { class: 'empty', role: 'status' }, t('offline')));
    setTimeout(resume, RETRY_MS);
  }
}

async function begin() {
  if (client.locked) return unlock($('main'), client, begin);
  await desk.begin();
  desk.managing = await managing();
  $('logout').hidden = $('views').hidden = false;
  $('pin').hidden = client.pin_set;
  listen();
  introduce();
}

function introduce() {
  $('who').textContent = `${desk.me.name} · ${t(`role.${desk.me.role}`)} · ${desk.me.agency_name}`;
  $('line').textContent = t(`line.${$('line').dataset.state ?? 'connecting'}`);
  route();
}

/** Only the management listener has what auditors and administrators do. */
async function managing() {
  if (!desk.is('auditor', 'admin')) return false;
  const path = desk.is('auditor') ? '/v1/reviews?limit=1' : '/v1/officers?limit=1';
  return client.call('GET', path).then(() => true, (error) => error.status !== 404);
}

function finish() {
  stop();
  client.logout();
  signIn($('main'), client, begin);
}

/** The login is over, or locked: who signs in again is at the same view. */
function expire() {
  if (!desk.me) return;
  stop();
  if (client.locked) return unlock($('main'), client, begin);
  signIn($('main'), client, begin, t('signin.expired'));
}

function stop() {
  events?.stop();
  shown?.running.leave?.();
  shown?.freshness.leave();
  events = shown = null;
  unseen.clear();
  desk.me = null;
  desk.turn += 1;
  $('who').textContent = $('line').textContent = '';
  delete $('line').dataset.state;
  $('logout').hidden = $('views').hidden = $('pin').hidden = true;
}

/** How reading a part of the view went. */
function told(part, error) {
  if (error && (client.locked || !client.known)) return expire();
  shown?.freshness.told(part, error);
}

function listen() {
  events?.stop();
  events = new Events(client);
  const kinds = new Set(Object.values(VIEWS).flatMap(({ hears }) => hears));
  for (const kind of [...kinds, 'revoked', 'stream']) {
    events.addEventListener(kind, ({ detail }) => {
      shown?.running.hear?.(kind, detail);
      if (shown?.view.hears.includes(kind)) {
        shown.running.read();
        if (kind === 'alert' && detail.status === 'raised') alarm();
      } else if (wantsALook(kind, detail)) point(kind, kind === 'grant' ? detail.status : kind);
    });
  }
  events.addEventListener('state', ({ detail }) => {
    $('line').dataset.state = detail;
    $('line').textContent = t(`line.${detail}`);
    if (detail === 'online') shown?.running.read();
    if (detail === 'refused') expire();
  });
  events.run();
}

/** The views of this role, and the one the address names. */
function route() {
  const mine = Object.entries(VIEWS).filter(([, view]) => desk.is(...view.roles) && (!view.managing || desk.managing) && (view.fits?.(desk.me) ?? true));
  const [, name, argument = ''] = /^#\/([a-z]+)\/?(.*)$/.exec(location.hash) ?? [];
  const known = mine.find(([one]) => one === name) ?? mine[0];
  shown?.running.leave?.();
  shown?.freshness.leave();
  shown = null;
  desk.turn += 1;
  if (!known) return put($('main'), h('p', { class: 'empty' }, t(desk.is('auditor', 'admin') ? 'elsewhere' : 'nothing')));
  const [chosen, view] = known;
  unseen.delete(chosen);
  put($('views'), mine.filter(([, one]) => !one.hidden).map(([one]) => link(one, one === chosen)));
  $('views').setAttribute('aria-label', t('views'));
  const place = h('div', { class: `view ${chosen}` });
  const freshness = new Freshness(() => shown?.running.read(), () => desk.now_ms);
  put($('main'), h('div', { class: 'title' }, h('h1', {}, t(`view.${chosen}`)), freshness.element), place);
  document.title = `${t(`view.${chosen}`)} · ${t('brand')}`;
  document.body.dataset.view = chosen;
  const running = view.show(place, desk, chosen === name ? decodeURIComponent(argument) : '');
  shown = { name: chosen, view, running, freshness };
  Promise.resolve(running.read()).then(() => {
    freshness.settle();
    place.dataset.shown = '';
  });
}

function link(name, here) {
  return h('a', { href: `#/${name}`, 'aria-current': here && 'page', 'data-key': name }, t(`view.${name}`), unseen.has(name) && h('span', { class: 'new' }, t('new')));
}

/** Whether somebody should look at once: of incidents and alerts those that are new, of sensors what may hurt people, of access a broken glass, which runs out unconfirmed. */
function wantsALook(kind, detail) {
  if (kind === 'alert') return ['raised', 'escalated'].includes(detail.status);
  if (kind === 'sensor') return URGENT.has(detail.kind) && detail.incident_id === null;
  return COUNTED.includes(kind) || (kind === 'incident' && detail.new === true) || (kind === 'grant' && detail.status === 'break_glass');
}

/** Something came that another view shows: its name in the list says so until it is opened. */
function point(kind, what) {
  const name = Object.keys(VIEWS).find((one) => VIEWS[one].hears.includes(kind) && VIEWS[one].points?.includes(kind));
  const found = name && $('views').querySelector(`[href="#/${name}"]`);
  if (!found) return;
  if (!unseen.has(name)) found.append(h('span', { class: 'new' }, t('new')));
  unseen.add(name);
  if (kind === 'alert') return alarm();
  say(t(`pushed.${what}`));
}

/** Somebody's life may hang on it: it is heard, too. */
function alarm() {
  $('said').dataset.sounded = String(sound());
  say(t('pushed.alert'));
}

function say(text) {
  clearTimeout(saying);
  $('said').textContent = text;
  if (text) saying = setTimeout(() => ($('said').textContent = ''), SAID_MS);
}

function dress() {
  label();
  $('language').addEventListener('click', async () => {
    await change();
    label();
    if (desk.me) introduce();
    else signIn($('main'), client, begin);
  });
  $('logout').addEventListener('click', finish);
  $('pin').addEventListener('click', choosePin);
  $('skip').addEventListener('click', (event) => {
    event.preventDefault();
    $('main').focus();
  });
  theme();
}

/** What stands around the views. */
function label() {
  document.documentElement.lang = language;
  document.title = $('brand').textContent = t('brand');
  $('skip').textContent = t('skip');
  $('language').textContent = t('common.language');
  $('language').lang = language === 'ko' ? 'en' : 'ko';
  $('logout').textContent = t('logout');
  $('theme').textContent = t('theme');
  $('pin').textContent = t('pin.button');
}

/** As the system has it, until somebody chose. */
async function theme() {
  const root = document.documentElement;
  const chosen = await store.kept(THEME).catch(() => null);
  if (chosen) root.dataset.theme = chosen;
  $('theme').addEventListener('click', () => {
    const is_dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = is_dark ? 'light' : 'dark';
    store.keep(THEME, root.dataset.theme).catch(() => {});
  });
}

/** Without a PIN a reload of the page ends the login. */
async function choosePin() {
  const fields = [{ name: 'pin', label: 'PIN', type: 'password', most: 8 }];
  const done = await ask({ title: t('pin.title'), note: t('pin.note'), fields, does: t('pin.do') }, ({ pin }) => client.choosePin(pin));
  $('pin').hidden = done || client.pin_set;
}
