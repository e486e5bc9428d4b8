/** The views by their name in the address; each is a file. `points` are the pushes that mark its link while another is shown. */
import * as alerts from '/console/alerts.js';
import * as anomalies from '/console/anomalies.js';
import * as audit from '/console/audit.js';
import * as board from '/console/board.js';
import * as centre from '/console/centre.js';
import * as create from '/console/create.js';
import * as devices from '/console/devices.js';
import * as discovery from '/console/discovery.js';
import * as duties from '/console/duties.js';
import * as explain from '/console/explain.js';
import * as grants from '/console/grants.js';
import * as hits from '/console/hits.js';
import * as ledgers from '/console/ledgers.js';
import * as lookup from '/console/lookup.js';
import * as officers from '/console/officers.js';
import * as requests from '/console/requests.js';
import * as reviews from '/console/reviews.js';
import * as sharings from '/console/sharings.js';
import * as wall from '/console/wall.js';
import * as watching from '/console/watching.js';

const ROOM = ['dispatcher', 'supervisor'];
const looks = ({ role, agency_kind, centre_id }) => centre_id !== null || (role !== 'officer' && ['police_112', 'fire_119'].includes(agency_kind));
const watches = ({ role, centre_id }) => role !== 'officer' || centre_id !== null;
const people = (...kinds) => (me) => kinds.includes(me.agency_kind);

/**
 * `roles` may open it; `fits` says whose agency has a use for it; `managing` ones are at the management listener only; `seldom` ones
 * are read when something is pushed and not all the time, for each reading is recorded.
 */
export const VIEWS = {
  board: { roles: ROOM, hears: ['incident', 'dispatch', 'cameras', 'hit', 'report'], points: ['incident'], show: board.show },
  alerts: { roles: [...ROOM, 'officer'], fits: looks, hears: ['alert'], points: ['alert'], show: alerts.show },
  create: { roles: ['dispatcher'], fits: people(...Object.keys(create.SERVICES)), hears: [], show: create.show },
  watching: { roles: ['supervisor'], hears: ['revoked'], show: watching.show },
  grants: { roles: ROOM, hears: ['grant'], points: ['grant'], show: grants.show },
  requests: { roles: ['supervisor'], hears: ['request'], points: ['request'], show: requests.show },
  sharings: { roles: ROOM, fits: people('police_112', 'fire_119', 'disaster', 'moj_location'), hears: ['sharing'], points: ['sharing'], show: sharings.show },
  hits: { roles: ROOM, fits: people('police_112'), hears: ['hit'], points: ['hit'], show: hits.show, seldom: true },
  lookup: { roles: ROOM, fits: people('police_112'), hears: [], show: lookup.show, seldom: true },
  duties: { roles: ROOM, hears: ['duty'], points: ['duty'], show: duties.show },
  centre: { roles: ['supervisor', 'dispatcher', 'officer'], fits: ({ centre_id }) => centre_id !== null, hears: ['sensor'], points: ['sensor'], show: centre.show },
  devices: { roles: ['supervisor', 'admin'], hears: [], show: devices.show },
  officers: { roles: ['admin'], managing: true, hears: [], show: officers.show },
  discovery: { roles: ['admin'], managing: true, hears: [], show: discovery.show },
  explain: { roles: [...ROOM, 'officer'], hears: ['explanation'], points: ['explanation'], show: explain.show },
  wall: { roles: [...ROOM, 'officer'], fits: watches, hears: [], show: wall.show, hidden: true },
  audit: { roles: ['auditor'], managing: true, hears: [], show: audit.show },
  ledgers: { roles: ['auditor'], managing: true, hears: [], show: ledgers.show },
  anomalies: { roles: ['auditor'], managing: true, hears: [], show: anomalies.show },
  reviews: { roles: ['auditor'], managing: true, hears: [], show: reviews.show },
};
