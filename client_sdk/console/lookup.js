/** Looking a plate up, or a part of one: why is asked first, and the look-up is kept with what was asked, by whom and why. */
import { confused, plain } from '/console/apart.js';
import { letters } from '/console/crop.js';
import { row } from '/console/dialog.js';
import { basis } from '/console/give.js';
import { h, put, section, table } from '/console/page.js';
import { day, t, wrong } from '/console/words.js';

const KINDS = ['exact', 'partial', 'last_four'];
const MOST = 100; // the server gives no more of each

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk */
export function show(place, desk) {
  const said = h('p', { class: 'wrong', role: 'alert' });
  const submit = h('button', { type: 'submit', class: 'primary' }, t('lookup.do'));
  const answer = h('div', { role: 'status' });
  const form = paper(said, submit);
  put(place, h('p', { class: 'alarm' }, t('lookup.recorded')), form, answer);

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { near, ...given } = Object.fromEntries(new FormData(form));
    submit.disabled = true;
    said.textContent = '';
    put(answer);
    try {
      const found = await desk.client.call('POST', '/v1/plate-lookups', { ...given, near: near === 'near' }, { once: true });
      put(answer, results(found, given));
    } catch (error) {
      said.textContent = wrong(error);
    } finally {
      submit.disabled = false;
    }
  });
  return { read: () => {}, leave: () => put(answer) };
}

function paper(said, submit) {
  return h(
    'form',
    { class: 'card lookup' },
    h(
      'div',
      { class: 'pair' },
      row({ name: 'kind', label: t('lookup.kind'), type: 'select', options: KINDS.map((one) => [one, t(`lookup.kinds.${one}`)]) }),
      row({ name: 'asked', label: t('lookup.asked'), most: 32, hint: t('lookup.asked_hint') }),
    ),
    h(
      'div',
      { class: 'pair' },
      row({ name: 'near', label: t('hits.which'), type: 'select', options: [['', t('hits.exact_only')], ['near', t('hits.near')]], optional: true }),
      row({ ...basis('PIPA_18_2_7') }),
    ),
    row({ name: 'reason', label: t('reason'), hint: t('lookup.reason_hint') }),
    said,
    h('p', { class: 'row end' }, submit),
  );
}

function results({ lookup_id, wanted, reads }, { kind, asked }) {
  const pattern = kind === 'last_four' ? `*${plain(asked)}` : plain(asked);
  const called = (text) => letters('', text, confused(text, pattern));
  const seen = reads.map((one) => [called(one.plate), one.camera_name, day(one.read_at), t('hits.confidence', { n: Math.round(one.confidence * 100) })]);
  const looked_for = wanted.map((one) => [called(one.plate), one.reason, t('hits.until', { at: day(one.expires_at) })]);
  return [
    h('p', { class: 'facts' }, t('lookup.kept', { id: lookup_id })),
    Math.max(wanted.length, reads.length) >= MOST && h('p', { class: 'alarm' }, t('lookup.more')),
    section(t('lookup.wanted', { n: wanted.length }), table(t('hits.unit'), [t('hits.plate'), t('reason'), t('hits.for')], looked_for, t('lookup.not_wanted'))),
    section(t('lookup.reads', { n: reads.length }), table(t('hits.reads'), [t('hits.plate'), t('camera'), t('audit.at'), t('state')], seen, t('lookup.not_read'))),
  ];
}
