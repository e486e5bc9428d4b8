/**
 * The tablet: log in, wait, and when a dispatch comes show where it is and what its best camera sees.
 *
 * The server's list of dispatches is the truth; every push only says that it is time to read it again. A revocation is the
 * exception: it blanks before anything is asked.
 */
import { Client } from '/sdk/client.js';
import { ApiError } from '/sdk/errors.js';
import { Events } from '/sdk/events.js';
import * as store from '/sdk/kept.js';
import { change, fill } from '/sdk/words.js';
import { alone } from '/alone.js';
import { Cameras, best } from '/cameras.js';
import { Chart } from '/chart.js';
import { Delivery } from '/delivery.js';
import { Incident } from '/incident.js';
import { loginForm } from '/login.js';
import { expose, mark } from '/marks.js';
import { Order } from '/order.js';
import { others } from '/others.js';
import { $, band, line, say, stayAwake, told, view } from '/page.js';
import { Picture } from '/picture.js';
import { pinForm } from '/pin.js';
import { tabs } from '/tabs.js';
import * as words from '/words.js';

const KEPT = 'refresh_token'; // in this browser: it is good only with the key beside it
const READ_AGAIN_MS = 5_000; // what is not pushed
const BAND_AFTER_MS = 3_000;

fill();
const client = new Client({
  keep: (token) => (token ? store.keep(KEPT, token) : store.drop(KEPT)),
});
let events = null;
let current = null;
let why = null;
let last = null; // the incident that ended last: its reason may come after its end
let kept = null; // until when the picture of a closed incident may be seen
let keeping = 0;
let reading = null;
let unread = false;

const picture = new Picture($('picture'), {
  clock: client.clock,
  open: (camera) => client.play({ camera_id: camera.id, incident_id: current.incident.id }),
  leave: (session_id) => client.stop(session_id).catch(() => {}),
  refused: () => {
    letGo();
    cameras.watch(null);
    read();
  },
});
const cameras = new Cameras($('cameras'), $('camera'), watch);
const chart = new Chart($('map'), (id) => watch(current.incident.cameras.find((camera) => camera.id === id)));
const panel = tabs($('tabs'), (name) => chart.look(name === 'map'));
const delivery = new Delivery((id, what) => client.seen(id, what));
const order = new Order($('order'), (id) => client.report(id, 'acknowledged'), (dispatch) => dispatch.id === current?.id && incident.stand('acknowledged'));
const incident = new Incident($('incident'), async (status) => {
  await client.report(current.id, status);
  current.status = status;
});

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
setInterval(() => incident.tick(client.clock.now()), 1_000);
setInterval(look, READ_AGAIN_MS);
expose(() => ({ view: document.body.dataset.view, dispatch_id: current?.id ?? null, ...picture.figures }));
resume();

/** After a reload or a restart: go on with the login that was kept, as soon as there is a line and no other page has it. */
async function resume() {
  await alone();
  const token = await store.kept(KEPT).catch(() => null);
  if (!token || client.known) return;
  try {
    await client.resume(token);
    band('');
    await begin();
  } catch (error) {
    if (error instanceof ApiError) return band('');
    band(words.text('tablet.offline'));
    setTimeout(resume, READ_AGAIN_MS);
  }
}

async function begin() {
  if (client.locked) return lock();
  $('choose').hidden = client.pin_set;
  view('waiting');
  await read();
  listen();
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
  current = null;
  letGo();
  order.close();
  picture.close();
  chart.close();
  stayAwake(false);
  band('');
}

function listen() {
  events = new Events(client);
  events.addEventListener('dispatch', ({ detail }) => {
    mark('dispatch', detail);
    read();
  });
  for (const kind of ['incident', 'cameras']) events.addEventListener(kind, () => read());
  events.addEventListener('stream', ({ detail }) => picture.hear(detail));
  events.addEventListener('grace', ({ detail }) => keep(detail));
  events.addEventListener('revoked', ({ detail }) => revoked(detail));
  events.addEventListener('state', ({ detail }) => connection(detail));
  events.run();
}

function revoked({ session_ids, incident_id, reason }) {
  if (session_ids.includes(picture.session_id)) letGo();
  if (current && (incident_id === current.incident.id || !incident_id)) why = reason;
  if (!current && incident_id && incident_id === last) tellEnd(reason);
  if (picture.session_id && session_ids.includes(picture.session_id)) {
    picture.blank(words.ended(reason), reason === 'expired');
    cameras.watch(null);
    say(words.ended(reason).join('. '));
  }
  read();
}

/** The incident is closed, and what is on the screen may be seen for some minutes more; the server says until when. */
function keep({ session_ids, until }) {
  if (!current || !session_ids.includes(picture.session_id)) return;
  kept = until;
  band(words.kept(until));
  const left_ms = Date.parse(until) - (client.clock.now() ?? Date.now());
  keeping = setTimeout(() => revoked({ session_ids, incident_id: current?.incident.id, reason: 'incident_closed' }), left_ms);
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
  alarm = setTimeout(() => band(words.text('tablet.offline')), BAND_AFTER_MS);
  poll = setInterval(() => read(), READ_AGAIN_MS);
}

/** How the stream on the screen fares, where the server cannot say it by itself, or has said it long ago of a picture that is old. */
async function look() {
  if (!current || !picture.session_id || (events?.state === 'online' && !picture.is_old)) return;
  const which = { camera_id: picture.camera_id, incident_id: current.incident.id };
  await client.stream(which).then((told) => picture.hear(told), () => {}); // the gate ends what is refused
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
  $('unit').textContent = mine.unit?.call_sign ?? words.text('tablet.no_unit');
  take(mine.dispatches);
  delivery.read(mine.dispatches);
  order.read(mine.dispatches);
  others($('others'), current ? mine.dispatches.filter(({ id }) => id !== current.id) : [], turnTo);
}

function take(dispatches) {
  const same = dispatches.find(({ id }) => id === current?.id);
  if (same) return update(same);
  const [first] = dispatches;
  if (kept && !first) return;
  if (current) end();
  if (first) open(first);
}

/** Another of the unit's incidents. */
function turnTo(dispatch) {
  letGo();
  picture.close();
  open(dispatch);
  read();
}

function open(dispatch) {
  current = dispatch;
  why = null;
  incident.show(order.has(dispatch.id) && dispatch.status === 'sent' ? { ...dispatch, status: 'acknowledged' } : dispatch);
  incident.tick(client.clock.now());
  cameras.show(dispatch.incident.cameras);
  chart.show({ incident: place(dispatch), cameras: dispatch.incident.cameras });
  panel('cameras');
  view('dispatch');
  say(words.text('tablet.new_dispatch', { code: words.code(dispatch.incident), address: dispatch.incident.location.address ?? '' }));
  const camera = best(dispatch.incident.cameras);
  if (camera) watch(camera);
  else picture.blank(words.texts('tablet.no_cameras'));
  stayAwake(true);
}

function update(dispatch) {
  const before = current.incident.cameras.map(({ id }) => id).join();
  current = dispatch;
  incident.show(order.has(dispatch.id) && dispatch.status === 'sent' ? { ...dispatch, status: 'acknowledged' } : dispatch);
  if (before === dispatch.incident.cameras.map(({ id }) => id).join()) return;
  cameras.show(dispatch.incident.cameras);
  chart.show({ incident: place(dispatch), cameras: dispatch.incident.cameras });
  cameras.watch(picture.camera_id);
}

const place = ({ incident: { location, priority } }) => ({ lat: location.lat, lon: location.lon, priority });

function end() {
  letGo();
  last = current.incident.id;
  current = null;
  picture.close();
  chart.close();
  stayAwake(false);
  tellEnd(why ?? undefined);
  view('waiting');
}

function tellEnd(reason) {
  const [title, advice] = words.ended(reason);
  told(title, advice);
  say(`${title}. ${advice}`);
}

function watch(camera) {
  cameras.watch(camera.id);
  chart.show({ selected: camera.id });
  picture.watch(camera);
}
