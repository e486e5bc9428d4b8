/**
 * The tablet: log in, wait, and when a dispatch comes show where it is and what its best camera sees (scene.js).
 *
 * The server's list of dispatches is the truth; every push only says that it is time to read it again. A revocation is the
 * exception: it blanks before anything is asked.
 */
import { Client } from '/sdk/client.js';
import { ApiError } from '/sdk/errors.js';
import { Events } from '/sdk/events.js';
import { letters } from '/sdk/fonts.js';
import * as store from '/sdk/kept.js';
import { handOver } from '/sdk/return.js';
import { change, fill } from '/sdk/words.js';
import { alone } from '/alone.js';
import { Delivery } from '/delivery.js';
import { Drive } from '/drive.js';
import { onEscape } from '/escape.js';
import { install } from '/install.js';
import { loginForm } from '/login.js';
import { expose, mark } from '/marks.js';
import { More } from '/more.js';
import { Order } from '/order.js';
import { others } from '/others.js';
import { $, band, line, say, told, view } from '/page.js';
import { pinForm } from '/pin.js';
import { Scene } from '/scene.js';
import { follow } from '/theme.js';
import * as words from '/words.js';
import { driverLock } from '/wheel.js';

const KEPT = 'refresh_token'; // in this browser: it is good only with the key beside it
const READ_AGAIN_MS = 5_000; // what is not pushed
const BAND_AFTER_MS = 3_000;

fill();
const client = new Client({
  keep: (token) => (token ? store.keep(KEPT, token) : store.drop(KEPT)),
});
let unit = null;
let events = null;
let why = null;
let last = null; // the incident that ended last: its reason may come after its end
let kept = null; // until when the picture of a closed incident may be seen
let keeping = 0;
let reading = null;
let unread = false;

const scene = new Scene(client, {
  refused: () => {
    letGo();
    read();
  },
  known: (dispatch) => (order.has(dispatch.id) && dispatch.status === 'sent' ? { ...dispatch, status: 'acknowledged' } : dispatch),
});
const delivery = new Delivery((id, what) => client.seen(id, what));
const order = new Order($('order'), (id) => client.report(id, 'acknowledged'), ({ id }) => id === scene.dispatch?.id && scene.stand('acknowledged'));
const drive = new Drive((fix) => (unit ? client.position(unit.id, fix) : Promise.resolve()));
const more = new More($('more'), client, scene);
driverLock(drive, (speed_kmh) => client.confirmPassenger(unit.id, speed_kmh));
drive.addEventListener('fix', () => scene.place(drive.fix));
follow(() => client.clock.now());
install();
letters();
onEscape(() => scene.back());

loginForm($('login'), async ({ username, password, otp, code }) => {
  if (code) await client.enrol(code);
  await client.login(username, password, otp);
  await begin();
});
pinForm($('unlock'), async (pin) => {
  try {
    await client.unlock(pin);
  } catch (error) {
    if (error.status === 401 || error.tries_left === 0) finish();
    throw error;
  }
  await begin();
});
pinForm($('choose'), async (pin) => {
  await client.choosePin(pin);
  $('choose').hidden = true;
});
$('logout').addEventListener('click', () => finish());
$('language').addEventListener('click', change);
setInterval(() => scene.tick(), 1_000);
setInterval(() => scene.look(events?.state === 'online'), READ_AGAIN_MS);
expose(() => ({ view: document.body.dataset.view, ...scene.figures }));
handOver().then((leaves) => leaves || resume());

/** After a reload or a restart: go on with the login that was kept, as soon as there is a line and no other page has it. */
async function resume() {
  await alone();
  const token = await store.kept(KEPT).catch(() => null);
  if (!token || document.body.dataset.view !== 'login') return; // somebody signed in meanwhile
  try {
    await client.resume(token);
    band('');
    await begin();
  } catch (error) {
    if (error instanceof ApiError) return band('');
    band(words.offline());
    setTimeout(resume, READ_AGAIN_MS);
  }
}

async function begin() {
  if (client.locked) return lock();
  $('choose').hidden = client.pin_set;
  view('waiting');
  await read();
  listen();
  drive.start();
}

function finish() {
  leave();
  client.logout();
  view('login');
}

/** Nothing is shown until the PIN. */
function lock() {
  leave();
  view('locked');
}

function leave() {
  events?.stop();
  events = null;
  letGo();
  order.close();
  scene.close();
  more.close();
  drive.stop();
  band('');
}

function listen() {
  events = new Events(client);
  events.addEventListener('dispatch', ({ detail }) => {
    mark('dispatch', detail);
    read();
  });
  for (const kind of ['incident', 'cameras', 'attachments']) events.addEventListener(kind, () => read());
  events.addEventListener('stream', ({ detail }) => scene.hear(detail));
  events.addEventListener('grace', ({ detail }) => keep(detail));
  events.addEventListener('revoked', ({ detail }) => revoked(detail));
  events.addEventListener('state', ({ detail }) => connection(detail));
  events.run();
}

function revoked({ session_ids, incident_id, reason }) {
  if (scene.watches(session_ids)) letGo();
  scene.end(session_ids, reason);
  if (scene.dispatch && (incident_id === scene.dispatch.incident.id || !incident_id)) why = reason;
  if (!scene.dispatch && incident_id && incident_id === last) tellEnd(reason);
  read();
}

/** The incident is closed, and what is on the screen may be seen for some minutes more; the server says until when. */
function keep({ session_ids, until }) {
  if (!scene.dispatch || !scene.watches(session_ids)) return;
  kept = until;
  band(words.kept(until));
  const left_ms = Date.parse(until) - (client.clock.now() ?? Date.now());
  keeping = setTimeout(() => revoked({ session_ids, incident_id: scene.dispatch?.incident.id, reason: 'incident_closed' }), left_ms);
}

function letGo() {
  clearTimeout(keeping);
  if (kept) band('');
  kept = null;
}

let alarm = 0;
let poll = 0;

function connection(state) {
  clearTimeout(alarm);
  clearInterval(poll);
  line(state);
  if (state === 'refused') return client.locked ? lock() : finish();
  if (state === 'online') {
    band(kept ? words.kept(kept) : '');
    return read();
  }
  const since = words.offline();
  alarm = setTimeout(() => band(since), BAND_AFTER_MS);
  poll = setInterval(() => read(), READ_AGAIN_MS);
}

/** Read the dispatches and show what they say. Two readings never overlap; a push during one causes another. */
async function read() {
  if (reading) {
    unread = true;
    return reading;
  }
  reading = readOnce().finally(() => (reading = null));
  await reading;
  if (unread) {
    unread = false;
    await read();
  }
}

async function readOnce() {
  let mine;
  try {
    mine = await client.dispatches();
  } catch (error) {
    if (client.locked) lock();
    else if (error instanceof ApiError && error.status === 401) finish();
    return;
  }
  unit = mine.unit;
  $('unit').textContent = unit?.call_sign ?? words.text('tablet.no_unit');
  scene.know(mine);
  take(mine.dispatches);
  delivery.read(mine.dispatches);
  order.read(mine.dispatches);
  others($('others'), scene.dispatch ? mine.dispatches.filter(({ id }) => id !== scene.dispatch.id) : [], turnTo);
}

function take(dispatches) {
  const same = dispatches.find(({ id }) => id === scene.dispatch?.id);
  if (same) return scene.update(same);
  const [first] = dispatches;
  if (kept && !first) return;
  if (scene.dispatch) end();
  if (first) open(first);
}

/** Another of the unit's incidents. */
function turnTo(dispatch) {
  letGo();
  scene.close();
  open(dispatch);
  read();
}

function open(dispatch) {
  why = null;
  scene.open(dispatch);
  if (drive.fix) scene.place(drive.fix);
}

function end() {
  letGo();
  last = scene.dispatch.incident.id;
  scene.close();
  more.close();
  tellEnd(why ?? undefined);
  view('waiting');
}

function tellEnd(reason) {
  const [title, advice] = words.ended(reason);
  told(title, advice);
  say(`${title}. ${advice}`);
}
