/** Shaka Player in its low-latency mode, all else as it comes but for SETTINGS; `cap` bounds the rung that it may choose. */

import { watch } from '/bench/seen.js';

const { shaka } = window;

// Shaka 5.2 changes its rung in the midst of a segment and loads that from its key frame on, which is up to 2 s back. Where the playhead is
// past that key frame already, a browser shows nothing until the next one: so it plays 3 s behind. With its usual prefetch it loads most
// parts twice, which a thin link does not carry. What Chromium says of the network is this machine's, not the link's:
// it begins with the middle rung, as the tallest takes all of a thin link while parts are asked for one after the other.
const SETTINGS = {
  manifest: { defaultPresentationDelay: 3 },
  streaming: { lowLatencyMode: true },
  abr: { useNetworkInformation: false, defaultBandwidthEstimate: 600_000 },
};
const OF_LOW_LATENCY = { streaming: { inaccurateManifestTolerance: 0, segmentPrefetchLimit: 0 } };
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
  player.configurationForLowLatency(OF_LOW_LATENCY);
  player.configure(SETTINGS);
  await player.load(url);
  await video.play();
};
