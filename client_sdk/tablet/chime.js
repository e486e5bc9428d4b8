/** The sound of a new order, again and again until somebody answers. */
import { sound, wake } from '/sdk/tones.js';

const AGAIN_MS = 4_000;
const MOST = 8; // half a minute: whoever has not heard it by then is not in the car

let again = 0;

/** Ring until `silence`. @param {() => void} rung told each time it was heard */
export function ring(rung) {
  silence();
  let left = MOST;
  const once = () => {
    if (left-- <= 0) return silence();
    navigator.vibrate?.([300, 150, 300]);
    if (sound()) rung();
  };
  again = setInterval(once, AGAIN_MS);
  wake().then(once, () => {});
}

/** Ring no more. */
export function silence() {
  clearInterval(again);
}
