/** The keyboard's Escape closes what lies on top; an order and the driver's lock stay. */
import { $ } from '/page.js';

/** @param {() => boolean} close what lies on top; whether anything did */
export function onEscape(close) {
  addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape' || document.body.matches('[data-order], [data-driving]') || !close()) return;
    $('tabs').querySelector('[aria-pressed=true]').focus();
  });
}
