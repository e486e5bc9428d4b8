/** Everything for programs: officers and rooms with all their calls, what is pushed, and what can go wrong. Pages take the modules they need. */
import { Client as Officer } from './client.js';
import { nouns } from './nouns.js';

export { ApiError as Refused, CallFailed, Offline, Unreadable } from './errors.js';
export { Events } from './events.js';
export { Room } from './room.js';

export class Client extends Officer {
  /** @param {ConstructorParameters<typeof Officer>[0]} [options] as those of `client.js` */
  constructor(options) {
    super(options);
    Object.assign(this, nouns(this));
  }
}
