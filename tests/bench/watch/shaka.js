/** Shaka Player in its low-latency mode, all else as it comes; `cap` bounds the rung that it may choose. */

import { watch } from '/bench/seen.js';

const { shaka } = window;
const video = document.querySelector('video');
const player = new shaka.Player();

window.seen = watch(video, () => player.getPlayheadTimeAsDate()?.getTime() ?? null);
window.counts = () => {
  const { stallsDetected, gapsJumped } = player.getStats();
  return { stallsDetected, gapsJumped };
};
window.cap = (height) => player.configure({ abr: { restrictions: { maxHeight: height } } });
player.addEventListener('error', ({ detail }) => window.seen.errors.push(`${detail.category}.${detail.code} ${detail.data}`));
window.open_ = async (url) => {
  await player.attach(video);
  player.configure({ streaming: { lowLatencyMode: true } });
  await player.load(url);
  await video.play();
};
