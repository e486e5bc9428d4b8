/**
 * The tablet: log in, wait, and when a dispatch comes show where it is and what its best camera sees (scene.js).
 *
 * The server's list of dispatches is the truth; every push only says that it is time to read it again. A revocation is the
 * exception: it blanks before anything is asked.
 */
import { Client } from '/sdk/client.js';
import { ApiError } from '/sdk/errors.js';
import { letters } from '/sdk/fonts.js';
import * as store from '/sdk/kept.js';
import { comeBack, handOver } from '/sdk/return.js';
import { change, fill } from '/sdk/words.js';
import { Alone } from '/alone.js';
import { onBack } from '/back.js';
import { called } from '/called.js';
import { Delivery } from '/delivery.js';
import { Drive } from '/drive.js';
import { onEscape } from '/escape.js';
import { Given } from '/given.js';
import { Grace } from '/grace.js';
import { Idle } from '/idle.js';
import { install } from '/install.js';
import { Line } from '/line.js';
import { loginForm } from '/login.js';
import { expose, mark } from '/marks.js';
import * as mend from '/mend.js';
import { More } from '/more.js';
import { tell } from '/notices.js';
import { Order } from '/order.js';
import { others } from '/others.js';
import { $, band, say, signedOut, view } from '/page.js';
import { pinForm } from '/pin.js';
import { Scene } from '/scene.js';
import { Stage } from '/stage.js';
import { follow } from '/theme.js';
import { inTurn } from '/turn.js';
import * as words from '/words.js';
import { driverLock } from '/wheel.js';

const KEPT = 'refresh_token'; // in this browser: it is good only with the key beside it
const LOOK_EVERY_MS = 5_000;

fill();
const client = new Client({ keep: (token) => mend.keep(KEPT, token), device: mend.device });
let unit = null;
let duty = 0; // what was asked for before the screen was left is not shown after

const read = inTurn(readOnce);
const scene = new Scene(client, {
  refused: () => {
    grace.letGo();
    read();
  },
  known: (dispatch) => (order.has(dispatch.id) && dispatch.status === 'sent' ? { ...dispatch, status: 'acknowledged' } : dispatch),
});
const grace = new Grace(client.clock);
const given = new Given({
  clock: client.clock,
  accept: (id) => client.call('POST', `/v1/grants/${encodeURIComponent(id)}/acceptance`),
  open: (grant) => stage.turnTo(grant),
  stop: () => stage.putAway(),
  over: (reason) => stage.over(reason),
});
const line = new Line(
  client,
  {
    dispatch: (detail) => {
      mark('dispatch', detail);
      read();
    },
    ...Object.fromEntries(['incident', 'cameras', 'attachments'].map((kind) => [kind, () => read()])),
    ...Object.fromEntries(['stream', 'alert'].map((kind) => [kind, (detail) => scene.hear(detail)])),
    grace: (detail) => stage.keep(detail),
    request: (detail) => more.hear(detail),
    grant: (detail) => stage.hear(detail),
    revoked: (detail) => stage.revoked(detail),
  },
  {
    up: () => {
      grace.say();
      read();
    },
    read: () => read(),
    refused: (error) => (client.locked ? lock() : finish(words.over(error, stage.why))),
  },
);
const delivery = new Delivery((id, what) => client.seen(id, what));
const order = new Order($('order'), (id) => client.report(id, 'acknowledged'), ({ id }) => id === scene.dispatch?.id && scene.stand('acknowledged'));
const drive = new Drive((fix) => (unit ? client.position(unit.id, { ...fix, at: mend.byServer(fix.at, client.clock) }) : Promise.resolve()));
const more = new More($('more'), client, scene);
const stage = new Stage({ scene, given, grace, more, own: () => drive.fix, read });
driverLock(drive, (speed_kmh) => client.confirmPassenger(unit.id, speed_kmh), () => scene.letGo());
drive.addEventListener('fix', () => scene.place(drive.fix));
const idle = new Idle(() => (document.body.dataset.view === 'waiting' || (scene.grant && $('others').hidden)) && client.pin_set, rest);
const alone = new Alone({ begin: start, aside });
follow(() => client.clock.now());
install();
letters();
onEscape(() => scene.back());
onBack(() => scene.back() || (scene.shown && tell('back', words.texts(scene.grant ? 'tablet.back_given' : 'tablet.back_stays'))));

const offer = loginForm($('login'), client, async ({ username, password, otp, code }) => {
  if (code) await client.enrol(code);
  await client.login(username, password, otp);
  await begin();
});
pinForm($('unlock'), async (pin) => {
  try {
    await client.unlock(pin);
  } catch (error) {
    if (error.status === 401 || error.tries_left === 0) finish(error.tries_left === 0 ? words.texts('tablet.pin_over') : words.over(error));
    throw error;
  }
  if (idle.locked) await wake();
  else await begin();
});
pinForm($('choose'), async (pin) => {
  await client.choosePin(pin);
  $('choose').hidden = true;
});
$('logout').addEventListener('click', () => finish());
$('take').addEventListener('click', () => alone.take());
$('language').addEventListener('click', () => change().catch(() => tell('storage', words.texts('tablet.storage_full'), 'wrong')));
setInterval(() => {
  scene.tick();
  given.tick();
}, 1_000);
setInterval(() => {
  mend.checkClock(client.clock.now());
  if (line.isOpen && !client.known) finish(words.over()); // as a call in passing found out
  scene.look(line.isUp);
}, LOOK_EVERY_MS);
expose(() => ({ view: document.body.dataset.view, ...scene.figures }));
handOver().then((leaves) => leaves || alone.run());

/** This page is the one that has the login. */
function start() {
  if (document.body.dataset.view === 'aside') view('login');
  resume();
}

/** Back from the agency's sign-in service, or after a reload or a restart: go on with what there is, as soon as there is a line. */
async function resume() {
  try {
    const back = await comeBack(client);
    if (back) return await begin();
    if (back === false) return ask(words.texts('tablet.not_vouched'));
  } catch (error) {
    return ask(words.refused(error));
  }
  const token = await store.kept(KEPT).catch(() => null);
  if (document.body.dataset.view !== 'login') return; // somebody signed in meanwhile
  if (!token) return ask();
  try {
    await client.resume(token);
    band('');
    await begin();
  } catch (error) {
    if (error instanceof ApiError && !client.known) return ask();
    band(words.offline(client.clock.now()));
    setTimeout(resume, LOOK_EVERY_MS);
  }
}

async function begin() {
  if (client.locked) return lock();
  stage.why = null;
  await given.recall();
  $('choose').hidden = client.pin_set;
  view('waiting');
  await read();
  line.open();
  drive.start();
}

/** The login is over. @param {string[]} [why] title and advice, where nobody logged out by hand */
function finish(why) {
  leave();
  given.forget();
  client.logout();
  ask(why);
}

function ask(why) {
  band('');
  view('login');
  signedOut(why);
  offer();
}

/** Nothing is shown until the PIN. */
function lock() {
  leave();
  view('locked');
}

/** Nobody has touched it for long: locked as after a restart, but for the line, which stays up. */
function rest() {
  idle.locked = true;
  clear();
  view('locked');
}

async function wake() {
  stir();
  view('waiting');
  await read();
}

function stir() {
  idle.locked = false;
  called([]);
}

/** Another page has the login. What this one has begun to renew is the other's. */
async function aside() {
  leave();
  view('aside');
  await client.token().catch(() => {});
}

function leave() {
  line.close();
  stir();
  clear();
  drive.stop();
}

/** Nothing of any order stays in the page. */
function clear() {
  duty += 1;
  grace.letGo();
  order.close();
  scene.close();
  more.close();
  given.close();
  stage.close();
  others($('others'), [], (order) => stage.turnTo(order));
  say('');
}

/** Read the dispatches and show what they say. */
async function readOnce() {
  const asked = duty;
  let mine;
  try {
    mine = await client.dispatches();
  } catch (error) {
    if (asked !== duty) return;
    if (client.locked) lock();
    else if (error instanceof ApiError && (error.status === 401 || !client.known)) finish(words.over(error));
    return;
  }
  mend.checkClock(client.clock.now());
  if (asked !== duty) return;
  unit = mine.unit;
  $('unit').textContent = unit?.call_sign ?? words.text('tablet.no_unit');
  scene.know(mine);
  if (!idle.locked) {
    given.read(mine.grants);
    stage.take(mine.dispatches);
    given.show(scene.grant, scene.shown !== null);
  }
  delivery.read(mine.dispatches, !idle.locked);
  if (idle.locked) return called(mine.dispatches);
  order.read(mine.dispatches);
  others($('others'), scene.shown ? mine.dispatches.filter(({ id }) => id !== scene.dispatch?.id) : [], (order) => stage.turnTo(order));
}
