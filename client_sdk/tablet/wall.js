/** Four pictures at once: the one that is watched, and beside it the next three, each with its own age and state. */
import { Picture } from '/picture.js';

const BESIDE = 3;

export class Wall {
  /**
   * @param {HTMLElement} place holds the tiles and the picture that is watched
   * @param {HTMLTemplateElement} template of a tile
   * @param {object} does what Picture does
   * @param {(camera: object) => void} choose a tile was tapped
   */
  constructor(place, template, does, choose) {
    this.#place = place;
    this.#template = template;
    this.#does = does;
    this.#choose = choose;
  }

  #place;
  #template;
  #does;
  #choose;
  /** @type {{ picture: Picture, element: HTMLElement }[]} */
  #tiles = [];

  get isOpen() {
    return this.#place.classList.contains('four');
  }

  /** Show the best cameras beside the one that is watched. @param {object[]} cameras best first @param {string | null} watched @param {boolean} thin */
  open(cameras, watched, thin) {
    this.close();
    this.#place.classList.add('four');
    const others = cameras.filter(({ id, health }) => id !== watched && health !== 'down').slice(0, BESIDE);
    this.#tiles = others.map((camera) => this.#tile(camera, thin));
  }

  /** One picture again; the others are gone at once. */
  close() {
    this.#place.classList.remove('four');
    for (const { picture, element } of this.#tiles) {
      picture.close();
      element.remove();
    }
    this.#tiles = [];
  }

  /** @param {object} told of the event `stream` */
  hear(told) {
    for (const { picture } of this.#tiles) picture.hear(told);
  }

  /** @param {string[]} session_ids that may no longer be seen @param {string[]} why */
  blank(session_ids, why) {
    for (const { picture } of this.#tiles) if (picture.isOf(session_ids)) picture.blank(why);
  }

  /** The sessions of the tiles. */
  get session_ids() {
    return this.#tiles.map(({ picture }) => picture.session_id).filter(Boolean);
  }

  #tile(camera, thin) {
    const element = this.#template.content.cloneNode(true).firstElementChild;
    this.#place.append(element);
    const picture = new Picture(element, this.#does);
    picture.thin = thin;
    const button = element.querySelector('.enlarge');
    button.setAttribute('aria-label', camera.name);
    button.addEventListener('click', () => this.#choose(camera));
    picture.watch(camera);
    return { picture, element };
  }
}
