/** What a viewer sees of a video element: pictures, the longest time without a new one, how often it ran dry, and its sizes. */

const DRY_S = 0.12; // a frame or two: the element cannot go on
const LONG_MS = 500; // without a new picture: that is a stall, whatever the element says
const KEPT_REQUESTS = 16; // before a stall

performance.setResourceTimingBufferSize(20_000);

/** @param {HTMLVideoElement} video @param {() => number | null} takenAtMs when the picture shown was taken, in epoch ms */
export function watch(video, takenAtMs) {
  const seen = { frames: 0, stalls: 0, longest_gap_ms: 0, heights: [], ages_ms: [], moments: [], errors: [] };
  let last_ms = null;
  let counted = false;
  video.addEventListener('waiting', () => {
    const { buffered, currentTime, seeking } = video;
    const ahead_s = buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
    if (last_ms !== null && !seeking && ahead_s <= DRY_S) stall({ what: 'dry', ahead_s });
  });
  function stall(how) {
    seen.stalls += 1;
    counted = true;
    seen.moments.push({ ...how, now_ms: performance.now(), at_s: video.currentTime, height: video.videoHeight, requests: newest() });
  }
  const look = (now) => {
    const gap_ms = now - (last_ms ?? now);
    seen.longest_gap_ms = Math.max(seen.longest_gap_ms, gap_ms);
    if (gap_ms >= LONG_MS && !counted) stall({ what: 'long', gap_ms });
    counted = false;
    last_ms = now;
    seen.frames += 1;
    if (seen.heights.at(-1) !== video.videoHeight) seen.heights.push(video.videoHeight);
    const taken_ms = takenAtMs();
    if (taken_ms !== null && seen.frames % 5 === 0) seen.ages_ms.push(Date.now() - taken_ms);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  return seen;
}

/** The last requests that have ended: name, and when they began, were answered and ended. */
function newest() {
  const ended = performance.getEntriesByType('resource').slice(-KEPT_REQUESTS);
  return ended.map(({ name, startTime, responseStart, responseEnd }) => [
    name.split('/live/')[1], ...[startTime, responseStart, responseEnd].map(Math.round),
  ]);
}
