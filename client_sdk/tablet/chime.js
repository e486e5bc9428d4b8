/** The sound of a new order: two tones three times, made here, again and again until somebody answers. */
const TONES_HZ = [784, 1047];
const TONE_S = 0.16;
const TIMES = 3;
const AGAIN_MS = 4_000;
const MOST = 8; // half a minute: whoever has not heard it by then is not in the car

let context = null;
let again = 0;

// Browsers give no sound before the first touch.
for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => sound()?.resume().catch(() => {}), { capture: true });

function sound() {
  context ??= globalThis.AudioContext ? new AudioContext() : null;
  return context;
}

/** Ring until `silence`. @param {() => void} rung told each time it was heard */
export function ring(rung) {
  silence();
  let left = MOST;
  const once = () => {
    if (left-- <= 0) return silence();
    navigator.vibrate?.([300, 150, 300]);
    if (sound()?.state === 'running') {
      play();
      rung();
    }
  };
  again = setInterval(once, AGAIN_MS);
  sound()?.resume().then(once, () => {});
}

/** Ring no more. */
export function silence() {
  clearInterval(again);
}

function play() {
  const from_s = context.currentTime + 0.02;
  const tones = Array.from({ length: TIMES }, () => TONES_HZ).flat();
  tones.forEach((hz, i) => tone(hz, from_s + i * TONE_S));
}

function tone(hz, at_s) {
  const [source, level] = [context.createOscillator(), context.createGain()];
  source.type = 'triangle';
  source.frequency.value = hz;
  level.gain.setValueAtTime(0, at_s);
  level.gain.linearRampToValueAtTime(0.6, at_s + 0.02);
  level.gain.setValueAtTime(0.6, at_s + TONE_S - 0.04);
  level.gain.linearRampToValueAtTime(0, at_s + TONE_S);
  source.connect(level).connect(context.destination);
  source.start(at_s);
  source.stop(at_s + TONE_S);
}
