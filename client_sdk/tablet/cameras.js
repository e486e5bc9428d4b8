/** The cameras of the incident, best first, each one tap away. */
import * as words from '/words.js';

export class Cameras {
  /**
   * @param {HTMLElement} list
   * @param {HTMLTemplateElement} template
   * @param {(camera: object) => void} choose
   */
  constructor(list, template, choose) {
    this.#list = list;
    this.#template = template;
    this.#choose = choose;
  }

  #list;
  #template;
  #choose;

  /** @param {object[]} cameras as /v1/me/dispatches gives them */
  show(cameras) {
    this.#list.replaceChildren(...cameras.map((camera) => this.#tile(camera)));
    document.getElementById('count').textContent = String(cameras.length);
  }

  /** @param {string | null} camera_id the one that is watched */
  watch(camera_id) {
    for (const button of this.#list.querySelectorAll('button')) {
      button.setAttribute('aria-pressed', String(button.dataset.camera === camera_id));
    }
  }

  #tile(camera) {
    const tile = this.#template.content.cloneNode(true).firstElementChild;
    const button = tile.querySelector('button');
    button.dataset.camera = camera.id;
    button.dataset.health = camera.health;
    button.addEventListener('click', () => this.#choose(camera));
    tile.querySelector('.rank').textContent = camera.rank;
    tile.querySelector('.name').textContent = camera.name;
    const where = tile.querySelector('.where');
    where.textContent = words.where(camera);
    where.dataset.watched = words.text('tablet.watched');
    tile.querySelector('.reasons').replaceChildren(...words.reasons(reasons(camera)).map(chip));
    return tile;
  }
}

/** The one that this car passes next is named so, though it was chosen for another reason. */
function reasons({ comes_as, reasons }) {
  return comes_as === 1 ? [...new Set(['next', ...reasons])] : reasons;
}

function chip({ code, text }) {
  const element = document.createElement('span');
  element.dataset.reason = code;
  element.textContent = text;
  return element;
}

/** The camera to open by itself: the best that works. @param {object[]} cameras best first */
export function best(cameras) {
  return cameras.find((camera) => camera.health !== 'down') ?? cameras[0] ?? null;
}
