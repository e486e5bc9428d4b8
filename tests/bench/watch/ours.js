/** Our page's player; `cap` bounds the rung that it may choose, as a link that grows thinner would. */

import * as library from '/bench/hls.mjs';
import { Player } from '/bench/sdk/player.js';
import { watch } from '/bench/seen.js';

let hls = null;

class Held extends library.default {
  constructor(settings) {
    super(settings);
    hls = this;
    this.on(library.Events.ERROR, (_, { details, fatal }) => fatal && window.seen.errors.push(details));
  }
}

const player = new Player(document.querySelector('video'), { ...library, default: Held });
window.seen = watch(player.video, () => player.taken_at?.getTime() ?? null);
window.counts = () => ({ reopened: player.counts.reopened, of_its_own: player.counts, ahead: player.ahead, hold: player.hold });
window.cap = (height) => {
  hls.autoLevelCapping = hls.levels.findIndex((level) => level.height === height);
};
window.open_ = (url) => player.open(url);
