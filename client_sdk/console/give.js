/** Giving access for some hours: the questions, and the call. */
import { ask } from '/console/dialog.js';
import { called, t } from '/console/words.js';

export const HOUR_MIN = 60;
export const BASES = ['POLICE112_9_1', 'FIRE119_11_2_1', 'DISASTER_74_3', 'ANKLE_16_3_2', 'PIPA_18_2_2', 'PIPA_18_2_3', 'PIPA_18_2_7', 'PIPA_18_2_9', 'PIPA_18_2_10'];
const MINUTES = ['30', '60', '120', '240', '720'];

/** The legal bases to choose from. @param {string} [value] */
export const basis = (value = BASES[0]) => ({ name: 'legal_basis', label: t('basis_of_law'), type: 'select', options: BASES.map((one) => [one, called('basis', one)]), value });

/** For how long. */
export const lasts = () => ({ name: 'minutes', label: t('grants.for'), type: 'select', options: MINUTES.map((n) => [n, t(`minutes.${n}`)]), value: '60' });

/** Ask to whom, for how long and why, and give it. @param {import('/console/desk.js').Desk} desk @param {any} incident */
export async function give(desk, incident) {
  const options = await desk.quietly(() => recipients(desk));
  if (!options) return false;
  const fields = [
    { name: 'to', label: t('grants.to'), type: 'select', options },
    lasts(),
    { name: 'reason', label: t('reason'), value: t('grants.for_incident', { id: incident.external_id }).slice(0, 200) },
    basis(incident.legal_basis),
  ];
  return ask({ title: t('incident.give'), note: t('grants.give_note'), fields, does: t('grants.give') }, ({ to, minutes, reason, legal_basis }) =>
    desk.call('POST', '/v1/grants', {
      to: JSON.parse(to),
      incident_id: incident.id,
      until: desk.in_minutes(Number(minutes)),
      reason,
      legal_basis,
    }),
  );
}

/** Who may be chosen: every unit, the officers of the own agency, the other rooms. Anybody else asks for access. */
async function recipients(desk) {
  const colleagues = await desk.all('/v1/colleagues');
  return [
    ...desk.units.map(({ id, call_sign }) => [{ unit: id }, call_sign]),
    ...colleagues.map(({ id, name, role }) => [{ officer: id }, `${name} · ${t(`role.${role}`)}`]),
    ...desk.rooms.map(({ id, name }) => [{ agency: id }, name]),
  ].map(([to, name]) => [JSON.stringify(to), name]);
}
