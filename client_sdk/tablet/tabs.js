/** The panels beside the picture, one at a time: `change(name)` is told which. */

/** @param {HTMLElement} place holds buttons with data-panel @param {(name: string) => void} change @returns {(name: string) => void} */
export function tabs(place, change) {
  const buttons = [...place.querySelectorAll('button[data-panel]')];

  function show(name) {
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.panel === name));
    for (const panel of document.querySelectorAll('.panel')) panel.hidden = panel.dataset.panel !== name;
    change(name);
  }
  for (const button of buttons) button.addEventListener('click', () => show(button.dataset.panel));
  return show;
}
