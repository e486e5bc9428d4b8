import { Client as Officer } from './client.js';
import { Nouns } from './nouns.js';
export { ApiError as Refused, CallFailed, Offline, Unreadable } from './errors.js';
export { Events } from './events.js';
export { Room } from './room.js';
/** An officer with all calls: `client.grants.list()`. */
export class Client extends Officer {
    constructor(options?: ConstructorParameters<typeof Officer>[0]);
}
export interface Client extends Nouns {
}
