/** A wall of cameras of an incident or of a grant: pictures of the best few, video of the one that is chosen. */
import { button, h, put } from '/console/page.js';
import { Tile } from '/console/tile.js';
import { ended, t } from '/console/words.js';

const COUNTS = ['4', '6', '9', '12'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {string} what `incident/<id>` or `grant/<id>`, and a camera that is shown first */
export function show(place, desk, what) {
  const [kind, id = '', wanted = ''] = what.split('/');
  const by = kind === 'grant' ? { grant_id: id } : { incident_id: id };
  const count = h('select', { id: 'count', onchange: () => open() }, COUNTS.map((one) => h('option', { value: one }, t('wall.count', { n: one }))));
  const title = h('p', { class: 'facts' });
  const grid = h('div', { class: 'tiles' });
  const more = h('div', { class: 'row wrap', role: 'group', 'aria-label': t('wall.more') });
  put(place, h('p', { class: 'row' }, h('a', { class: 'button', href: kind === 'grant' ? '#/grants' : `#/board/${id}` }, t('back')), h('label', { for: 'count' }, t('wall.show')), count, title), grid, more);
  let cameras = [];
  let tiles = [];

  async function read() {
    if (!id) return put(grid, h('p', { class: 'empty' }, t('incident.choose')));
    const found = await desk.read(listed);
    if (!found || found.map((one) => one.id).join() === cameras.map((one) => one.id).join()) return;
    cameras = found;
    open();
  }

  async function listed() {
    if (kind === 'grant') {
      const grant = (await desk.all('/v1/grants')).find((one) => one.id === id);
      if (grant?.cameras.length || !grant?.incident_id) return grant?.cameras ?? [];
      return of(grant.incident_id);
    }
    return of(id);
  }
  const of = async (incident) => (await desk.call('GET', `/v1/incidents/${incident}/cameras`)).cameras.map((one) => ({ ...one, id: one.camera_id }));

  function open() {
    close();
    const last = (camera) => (camera.id === wanted ? -1 : Number(camera.health === 'down'));
    const works = [...cameras].sort((a, b) => last(a) - last(b));
    tiles = works.slice(0, Number(count.value)).map((camera) => new Tile(desk, camera, by, choose));
    put(grid, tiles.length ? tiles.map(({ element }) => element) : h('p', { class: 'empty' }, t('incident.no_cameras')));
    put(more, works.slice(Number(count.value)).map((camera) => button(camera.name, () => swap(camera), { 'data-key': camera.id })));
    tiles.forEach((tile) => tile.open());
    if (tiles[0]) choose(tiles[0]);
  }

  function choose(chosen) {
    for (const tile of tiles) tile.play(tile === chosen);
    grid.prepend(chosen.element);
  }

  /** Another camera in the place of the last tile. */
  function swap(camera) {
    const last = tiles.pop();
    const tile = new Tile(desk, camera, by, choose);
    last?.element.replaceWith(tile.element);
    last?.close();
    tiles.push(tile);
    tile.open();
    choose(tile);
  }

  function close() {
    tiles.forEach((tile) => tile.close());
    tiles = [];
  }

  function hear(kind_, detail) {
    if (kind_ === 'stream') tiles.forEach((tile) => tile.hear(detail));
    if (kind_ !== 'revoked') return;
    for (const tile of tiles) {
      if (detail.session_ids.includes(tile.session_id)) tile.blank(ended(detail.reason));
    }
  }
  return { read, hear, leave: close };
}
