/** Temporary access: what waits for somebody, what holds now, what is over; and breaking the glass. */
import { ask } from '/console/dialog.js';
import { basis, HOUR_MIN } from '/console/give.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, lasting, t } from '/console/words.js';

const LATEST = 30;

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const parts = ['waiting', 'active', 'over'].map((name) => [name, h('ul', { class: 'cards', 'aria-label': t(`grants.${name}`) })]);
  const glass = button(t('grants.break'), () => breakGlass().then((done) => done && read()), { class: 'danger' });
  put(place, h('p', { class: 'row' }, glass, h('span', { class: 'facts' }, t('grants.break_note'))), parts.flatMap(([name, list]) => [h('h2', {}, t(`grants.${name}`)), list]));

  const show_of = Object.fromEntries(parts.map(([name, list]) => [name, cards(list, card, t('grants.none'))]));

  async function read() {
    const found = await desk.read(() => desk.all('/v1/grants'));
    if (!found) return;
    found.sort((a, b) => b.created_at.localeCompare(a.created_at));
    const of = { waiting: [], active: [], over: [] };
    for (const one of found) of[waits(one) ? 'waiting' : one.status === 'ended' ? 'over' : 'active'].push(one);
    for (const [name] of parts) show_of[name](of[name].slice(0, LATEST));
  }

  /** Whether the caller has something to do about it. */
  function waits(one) {
    return (one.explanation_due && mine(one)) || (one.status !== 'ended' && (toApprove(one) || toAccept(one)));
  }
  const mine = (one) => one.to_kind === 'officer' && one.to_id === desk.me.id;
  const toApprove = (one) => desk.is('supervisor') && (one.needs_approval || one.emergency) && !one.approved_at && !mine(one) && one.given_by !== desk.me.id;
  const toAccept = (one) => !one.accepted && !one.emergency && (mine(one) || (one.to_kind === 'agency' && one.to_id === desk.me.agency_id));

  function card(one) {
    const path = `/v1/grants/${one.id}`;
    const post = (what, done) => (event) => desk.act(event, () => desk.call('POST', `${path}/${what}`).then(read), done);
    const left_s = (Date.parse(one.until) - desk.now_ms) / 1000;
    const ours = desk.is('supervisor') && one.agency_id === desk.me.agency_id;
    const live = one.status !== 'ended';
    return h(
      'li',
      { class: 'card', 'data-emergency': one.emergency },
      h('p', { class: 'head' }, h('b', {}, one.to_name ?? one.to_id), badge(live ? (one.emergency ? 'alarm' : 'good') : 'quiet', stands(one)), h('span', { class: 'since' }, live ? t('grants.left', { left: lasting(left_s) }) : day(one.ended_at ?? one.until))),
      h('p', { class: 'summary' }, one.reason),
      h('p', { class: 'facts' }, [called('basis', one.legal_basis), one.cameras.length ? one.cameras.map(({ name }) => name).join(', ') : t('grants.of_incident'), t('grants.by', { who: one.given_by_name ?? one.given_by })].join(' · ')),
      one.emergency && live && !one.approved_at && one.confirm_by && h('p', { class: 'alarm' }, t('grants.confirm_by', { left: lasting((Date.parse(one.confirm_by) - desk.now_ms) / 1000) })),
      one.explanation && h('p', { class: 'facts' }, t('grants.explained', { text: one.explanation })),
      h(
        'p',
        { class: 'row' },
        live && toApprove(one) && button(t(one.emergency ? 'grants.confirm' : 'grants.approve'), post('approval', t('grants.approved')), { class: 'primary', 'data-key': `approve-${one.id}` }),
        live && toAccept(one) && button(t('grants.accept'), () => accept(one), { class: 'primary', 'data-key': `accept-${one.id}` }),
        one.explanation_due && mine(one) && button(t('grants.explain'), () => explain(one), { class: 'primary', 'data-key': `explain-${one.id}` }),
        live && one.accepted && h('a', { class: 'button', href: `#/wall/grant/${one.id}`, 'data-key': `wall-${one.id}` }, t('grants.watch')),
        live && ours && !one.emergency && button(t('grants.renew'), (event) => desk.act(event, () => desk.call('POST', `${path}/renewal`, { until: desk.in_minutes(HOUR_MIN) }).then(read), t('grants.renewed')), { 'data-key': `renew-${one.id}` }),
        live && ours && button(t('grants.revoke'), () => revoke(one), { class: 'danger', 'data-key': `revoke-${one.id}` }),
      ),
    );
  }

  function stands(one) {
    if (one.status === 'ended') return t('grants.is_over', { why: called('end', one.end_reason) });
    if (one.emergency) return t(one.approved_at ? 'grants.is_confirmed' : 'grants.is_unconfirmed');
    if (one.needs_approval && !one.approved_at) return t('grants.is_unapproved');
    return t(one.status === 'pending' ? 'grants.is_pending' : 'grants.is_active');
  }

  const revoke = (one) =>
    ask({ title: t('grants.revoke_title', { who: one.to_name ?? one.to_id }), note: t('grants.revoke_note'), does: t('grants.revoke'), danger: true }, () => desk.call('DELETE', `/v1/grants/${one.id}`)).then((done) => {
      if (done) desk.say(t('grants.revoked'));
      return done && read();
    });

  const accept = (one) => ask({ title: t('grants.accept'), note: one.conditions, does: t('grants.accept') }, () => desk.call('POST', `/v1/grants/${one.id}/acceptance`)).then((done) => done && read());

  const explain = (one) =>
    ask({ title: t('grants.explain'), fields: [{ name: 'text', label: t('reason'), type: 'textarea', most: 2000 }], does: t('send') }, (given) => desk.call('POST', `/v1/grants/${one.id}/explanation`, given)).then((done) => done && read());

  async function breakGlass() {
    const open = (await desk.quietly(() => desk.all('/v1/incidents?status=open'))) ?? [];
    const options = open.map(({ id, location, external_id }) => [id, location.address ?? external_id]);
    const fields = [{ name: 'incident_id', label: t('watching.incident'), type: 'select', options }, { name: 'reason', label: t('reason') }, basis()];
    return ask({ title: t('grants.break'), note: t('grants.break_warning'), fields, does: t('grants.break'), danger: true }, (given) => desk.call('POST', '/v1/break-glass', given));
  }
  return { read };
}
