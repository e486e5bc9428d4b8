/** What is odd in the record: demanding an explanation, and deciding. */
import { ask } from '/console/dialog.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, t } from '/console/words.js';

const SEVERE = { high: 'alarm', medium: 'late', low: 'quiet' };
const DONE = new Set(['accepted', 'escalated']);

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('ul', { class: 'cards', 'aria-label': t('view.anomalies') });
  put(place, h('p', { class: 'row' }, button(t('anomalies.look'), look)), list);

  const showCards = cards(list, card, t('anomalies.none'));

  async function read() {
    const found = await desk.read(() => desk.all('/v1/anomalies'));
    if (!found) return;
    found.sort((a, b) => Number(DONE.has(a.status)) - Number(DONE.has(b.status)) || b.last_at.localeCompare(a.last_at));
    showCards(found);
  }

  function look(event) {
    return desk.act(event, async () => {
      const { found } = await desk.call('POST', '/v1/anomalies');
      await read();
      setTimeout(() => desk.say(t('anomalies.found', { n: found })));
    });
  }

  function card(one) {
    const open = !DONE.has(one.status);
    return h(
      'li',
      { class: 'card' },
      h('p', { class: 'head' }, badge(open ? (SEVERE[one.severity] ?? 'late') : 'quiet', called('anomaly', one.kind)), h('b', {}, one.officer_id), h('span', { class: 'since' }, t(`review_of.${one.status}`))),
      h('p', { class: 'summary' }, one.reason),
      h('p', { class: 'facts' }, `${day(one.first_at)} – ${day(one.last_at)} · ${one.agency_id}`),
      one.question && h('p', { class: 'facts' }, t('anomalies.asked', { text: one.question }), one.overdue && badge('alarm', t('explain.late'))),
      one.explanation && h('p', {}, t('anomalies.explanation', { text: one.explanation })),
      open &&
        h(
          'p',
          { class: 'row' },
          one.status === 'open' && button(t('anomalies.demand'), () => demand(one), { class: 'primary', 'data-key': `demand-${one.id}` }),
          button(t('anomalies.accept'), () => decide(one, true), { 'data-key': `accept-${one.id}` }),
          button(t('anomalies.escalate'), () => decide(one, false), { class: 'danger', 'data-key': `escalate-${one.id}` }),
        ),
    );
  }

  const demand = (one) =>
    ask({ title: t('anomalies.demand'), note: one.reason, fields: [{ name: 'question', label: t('anomalies.question'), type: 'textarea', most: 1000 }], does: t('anomalies.demand') }, (given) => desk.call('POST', `/v1/anomalies/${one.id}/explanation-demand`, given)).then(after(t('anomalies.demanded')));

  const decide = (one, accepted) =>
    ask({ title: t(accepted ? 'anomalies.accept' : 'anomalies.escalate'), note: one.reason, fields: [{ name: 'note', label: t('anomalies.note'), type: 'textarea', most: 1000 }], does: t(accepted ? 'anomalies.accept' : 'anomalies.escalate'), danger: !accepted }, ({ note }) => desk.call('POST', `/v1/anomalies/${one.id}/decision`, { accepted, note })).then(after(t('anomalies.decided')));

  const after = (said) => (done) => {
    if (done) desk.say(said);
    return done && read();
  };
  return { read };
}
