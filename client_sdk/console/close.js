/** Closing an incident: how it ended, and a note; a 112 call has the codes of its rule. */
import { ask } from '/console/dialog.js';
import { called, t } from '/console/words.js';

export const CODES = ['solved', 'cancelled', 'handed_over', 'not_police', 'nothing_found', 'commander_done'];

/** @param {import('/console/desk.js').Desk} desk @param {any} one an incident @returns {Promise<boolean>} whether it was closed */
export function close(desk, one) {
  const coded = one.service === 'police_112';
  const code = { name: 'code', label: t('close.code'), type: 'select', options: CODES.map((name) => [name, called('closing', name)]) };
  const note = { name: 'note', label: t(coded ? 'close.note' : 'close.reason'), optional: coded };
  const act = ({ code: closing_code, note: closing_reason }) =>
    desk.call('PATCH', `/v1/incidents/${one.id}`, { status: 'closed', ...(coded && { closing_code }), ...(closing_reason && { closing_reason }) });
  return ask({ title: t('close.do'), note: t('close.ends'), fields: coded ? [code, note] : [note], does: t('close.do'), danger: true }, act);
}

/** How it ended. @param {any} one */
export function ending({ closing_code, closing_reason }) {
  const said = closing_reason === closing_code ? '' : closing_reason;
  return [closing_code && called('closing', closing_code), said].filter(Boolean).join(' · ');
}
