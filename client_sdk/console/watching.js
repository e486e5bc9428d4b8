/** Who watches what, now, and on what ground; a supervisor ends it with a reason. */
import { ask } from '/console/dialog.js';
import { rows } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { renew } from '/console/renew.js';
import { called, lasting, t, time } from '/console/words.js';

const AGAIN_MS = 3_000; // openings are not pushed

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const count = h('p', { class: 'facts', role: 'status' });
  const list = h('div', {});
  put(place, count, list);
  const timer = setInterval(() => document.visibilityState === 'visible' && read(), AGAIN_MS);

  const headings = [t('watching.who'), t('camera'), t('watching.ground'), t('watching.since'), t('watching.seen'), t('does')];
  const showRows = rows(list, { caption: t('view.watching'), headings, empty: t('watching.none') }, line);

  async function read() {
    const found = await desk.read(() => desk.all('/v1/playback?active=true'));
    if (!found) return;
    found.sort((a, b) => b.started_at.localeCompare(a.started_at));
    renew(count, t('watching.count', { n: found.length }));
    showRows(found);
  }

  function line(one) {
    const who = one.viewer_name ?? one.viewer_id ?? called('kind', one.basis_kind);
    const seen_s = (desk.now_ms - Date.parse(one.seen_at)) / 1000;
    return [
      h('span', {}, h('b', {}, who), one.call_sign && ` · ${one.call_sign}`, one.viewer_kind === 'client' && ` · ${t('watching.machine')}`),
      one.camera_name,
      h('span', {}, called('kind', one.basis_kind), one.incident_id && [' · ', h('a', { href: `#/board/${one.incident_id}` }, t('watching.incident'))], one.purpose && ` · ${one.purpose}`),
      h('span', {}, `${time(one.started_at)} (${lasting((desk.now_ms - Date.parse(one.started_at)) / 1000)})`),
      badge(seen_s < 10 ? 'good' : 'quiet', seen_s < 10 ? t('watching.now') : t('ago', { ago: lasting(seen_s) })),
      button(t('watching.cut'), () => cut(one, who), { class: 'danger', 'data-key': one.id, 'aria-label': `${who}, ${one.camera_name}: ${t('watching.cut')}` }),
    ];
  }

  async function cut(one, who) {
    const question = { title: t('watching.cut_title', { who, camera: one.camera_name }), note: t('watching.cut_note'), fields: [{ name: 'reason', label: t('reason') }], does: t('watching.cut'), danger: true };
    const done = await ask(question, ({ reason }) => desk.call('DELETE', `/v1/playback/${one.id}?reason=${encodeURIComponent(reason)}`));
    if (!done) return;
    desk.say(t('watching.done'));
    await read();
  }
  return { read, leave: () => clearInterval(timer) };
}
