/** Shaka Player as it comes, without its low-latency mode; `cap` bounds the rung that it may choose. */

import { watch } from '/bench/seen.js';

const { shaka } = window;

// Whole segments, three target durations behind. In its low-latency mode Shaka 5.2 changes its rung in the midst of a segment and loads that from
// its key frame on, up to 2 s back, one part after the other: on a thin link it then stands until the next key frame.
// What Chromium says of the network is this machine's, not the link's.
const SETTINGS = { streaming: { lowLatencyMode: false }, abr: { useNetworkInformation: false, defaultBandwidthEstimate: 600_000 } };
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
  player.configure(SETTINGS);
  await player.load(url);
  await video.play();
};
