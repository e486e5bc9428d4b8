/** The views by their name in the address; each is a file. `points` are the pushes that mark its link while another is shown. */
import * as board from '/console/board.js';
import * as create from '/console/create.js';
import * as grants from '/console/grants.js';
import * as requests from '/console/requests.js';
import * as wall from '/console/wall.js';
import * as watching from '/console/watching.js';

export const VIEWS = {
  board: { roles: ['dispatcher', 'supervisor'], hears: ['incident', 'dispatch', 'cameras', 'hit'], show: board.show },
  create: { roles: ['dispatcher'], hears: [], show: create.show },
  watching: { roles: ['supervisor'], hears: ['revoked'], show: watching.show },
  grants: { roles: ['supervisor', 'dispatcher'], hears: ['grant'], points: ['grant'], show: grants.show },
  requests: { roles: ['supervisor'], hears: ['request'], points: ['request'], show: requests.show },
  wall: { roles: ['dispatcher', 'supervisor'], hears: [], show: wall.show, hidden: true },
};
