/** A wall of cameras of an incident or of a grant, or one of the centre's own: pictures of the best few, video of the one that is chosen. */
import { button, h, put } from '/console/page.js';
import { Tile } from '/console/tile.js';
import { ended, t } from '/console/words.js';

const COUNTS = ['4', '6', '9', '12'];

/** @param {HTMLElement} place @param {import('/console/desk.js').Desk} desk @param {string} what `incident/<id>` or `grant/<id>`, and a camera that is shown first; `centre/<camera>/sensor/<event>` or `…/alert/<alert>`: for what a centre looks at its own is recorded */
export function show(place, desk, what) {
  const [kind, id = '', wanted = '', cause = ''] = what.split('/');
  const { by, from } = basis(kind, id, wanted, cause);
  const count = h('select', { id: 'count', onchange: () => open() }, COUNTS.map((one) => h('option', { value: one }, t('wall.count', { n: one }))));
  const title = h('p', { class: 'facts' });
  const grid = h('div', { class: 'tiles' });
  const more = h('div', { class: 'row wrap', role: 'group', 'aria-label': t('wall.more') });
  put(place, h('p', { class: 'row' }, h('a', { class: 'button', href: from }, t('back')), h('label', { for: 'count' }, t('wall.show')), count, title), grid, more);
  let cameras = [];
  let tiles = [];

  async function read() {
    if (!id || (kind === 'centre' && !cause)) return put(grid, h('p', { class: 'empty' }, t('incident.choose')));
    const found = await desk.read(listed);
    if (!found || found.map((one) => one.id).join() === cameras.map((one) => one.id).join()) return;
    cameras = found;
    open();
  }

  async function listed() {
    if (kind === 'centre') return (await desk.all(`/v1/centres/${desk.me.centre_id}/cameras`)).filter(({ camera_id }) => camera_id === id).map((one) => ({ ...one, id }));
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

/** By what it is watched, and where one came from. */
function basis(kind, id, wanted, cause) {
  if (kind === 'grant') return { by: { grant_id: id }, from: '#/grants' };
  if (kind !== 'centre') return { by: { incident_id: id }, from: `#/board/${id}` };
  const of_alert = wanted === 'alert';
  const purpose = t(of_alert ? 'wall.for_alert' : 'wall.for_sensor', { id: cause });
  return { by: { centre: 'own', purpose }, from: of_alert ? `#/alerts/${cause}` : '#/centre' };
}
