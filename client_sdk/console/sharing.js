/** Another room takes an incident over, helps or joins: who works on it, and asking one more. */
import { ask } from '/console/dialog.js';
import { button, h, section } from '/console/page.js';
import { called, t } from '/console/words.js';

const VERBS = ['transfer', 'mutual_aid', 'joint_response'];

/** @param {any} one an incident @param {import('/console/desk.js').Desk} desk @param {() => void} read */
export function sharing(one, desk, read) {
  const rooms = one.rooms.map((room) => `${desk.room(room.agency_id)} · ${called('part', room.part)}${room.ended_at ? ` · ${t('ended')}` : ''}`);
  const fields = [
    { name: 'verb', label: t('sharing.verb'), type: 'select', options: VERBS.map((verb) => [verb, called('verb', verb)]) },
    { name: 'to_agency', label: t('sharing.room'), type: 'select', options: desk.rooms.map(({ id, name }) => [id, name]) },
    { name: 'reason', label: t('reason') },
  ];
  const offer = () => ask({ title: t('sharing.ask'), fields, does: t('sharing.send') }, (given) => desk.call('POST', `/v1/incidents/${one.id}/sharings`, given)).then((done) => done && read());
  return section(t('sharing.title'), h('ul', {}, rooms.map((room) => h('li', {}, room))), h('p', { class: 'row' }, button(t('sharing.ask'), offer, { 'data-key': 'share' })));
}
