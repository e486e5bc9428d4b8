/** One card of access that was given: from whom, why, which cameras, on which conditions; until when is written as time goes. */
import { $ } from '/page.js';
import * as words from '/words.js';

/**
 * @param {object} grant as /v1/me/dispatches gives it
 * @param {{ said: string, act: () => Promise<void> | void, kind?: string } | null} button none before it begins
 * @returns {HTMLElement}
 */
export function card(grant, button) {
  const card = $('given_card').content.cloneNode(true).firstElementChild;
  card.dataset.grant = grant.id;
  for (const [name, said] of Object.entries(words.given(grant))) card.querySelector(`.${name}`).textContent = said;
  const press = card.querySelector('button');
  press.hidden = !button;
  if (!button) return card;
  press.textContent = button.said;
  press.className = button.kind ?? '';
  press.addEventListener('click', () => tried(press, card.querySelector('.wrong'), button.act));
  return card;
}

async function tried(press, wrong, act) {
  press.disabled = true;
  wrong.textContent = '';
  try {
    await act();
  } catch (error) {
    wrong.textContent = words.refused(error).join('. ');
  } finally {
    press.disabled = false;
  }
}
