/** What somebody was asked to explain, and their answer. */
import { ask } from '/console/dialog.js';
import { cards } from '/console/lists.js';
import { badge, button, h, put } from '/console/page.js';
import { called, day, t } from '/console/words.js';

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const list = h('ul', { class: 'cards', 'aria-label': t('view.explain') });
  put(place, list);

  const showCards = cards(list, card, t('explain.none'));

  async function read() {
    const found = await desk.read(() => desk.all('/v1/me/explanations'));
    if (found) showCards(found);
  }

  function card(one) {
    const open = ['demanded', 'explained'].includes(one.status);
    return h(
      'li',
      { class: 'card' },
      h('p', { class: 'head' }, h('b', {}, called('anomaly', one.kind)), badge(one.overdue ? 'alarm' : open ? 'late' : 'good', one.overdue ? t('explain.late') : t(`review_of.${one.status}`)), h('span', { class: 'since' }, one.due_at && t('explain.due', { at: day(one.due_at) }))),
      h('p', { class: 'summary' }, one.question ?? ''),
      one.explanation && h('p', { class: 'facts' }, t('anomalies.explanation', { text: one.explanation })),
      open && h('p', { class: 'row' }, button(t('explain.do'), () => answer(one), { class: 'primary', 'data-key': one.id })),
    );
  }

  const answer = (one) =>
    ask({ title: t('explain.do'), note: one.question ?? '', fields: [{ name: 'text', label: t('explain.text'), type: 'textarea', most: 2000 }], does: t('send') }, (given) => desk.call('POST', `/v1/anomalies/${one.id}/explanation`, given)).then((done) => done && read());
  return { read };
}
