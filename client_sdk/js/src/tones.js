/** What a page sounds like when somebody has to look: two tones three times, made here. Browsers give no sound before the first touch. */
const TONES_HZ = [784, 1047];
const TONE_S = 0.16;
const TIMES = 3;

let context = null;

for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => wake().catch(() => {}), { capture: true });

function output() {
  context ??= globalThis.AudioContext ? new AudioContext() : null;
  return context;
}

/** Ask the browser for sound; done once there is some. @returns {Promise<void>} */
export async function wake() {
  await output()?.resume();
}

/** Sound once. @returns {boolean} whether it is heard */
export function sound() {
  if (output()?.state !== 'running') return false;
  const from_s = context.currentTime + 0.02;
  const tones = Array.from({ length: TIMES }, () => TONES_HZ).flat();
  tones.forEach((hz, i) => tone(hz, from_s + i * TONE_S));
  return true;
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
