/** Shaka Player in its low-latency mode, all else as it comes but for SETTINGS; `cap` bounds the rung that it may choose. */

import { watch } from '/bench/seen.js';

const { shaka } = window;

// A change of rung goes on where the buffer ends. With the usual 2 s of tolerance Shaka 5.2 loads the segment before that again, part
// by part, which on a thin link takes longer than what is in hand; and with its prefetch it loads many parts twice. What Chromium says
// of the network is that of this machine, not of the link.
const SETTINGS = {
  streaming: { lowLatencyMode: true, inaccurateManifestTolerance: 0, segmentPrefetchLimit: 0 },
  abr: { useNetworkInformation: false },
};
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
