/** What a viewer sees of a video element: pictures, the longest time without a new one, how often it ran dry, and its sizes. */

const DRY_S = 0.12; // a frame or two: the element cannot go on

/** @param {HTMLVideoElement} video @param {() => number | null} takenAtMs when the picture shown was taken, in epoch ms */
export function watch(video, takenAtMs) {
  const seen = { frames: 0, stalls: 0, longest_gap_ms: 0, heights: [], ages_ms: [], moments: [], errors: [] };
  let last_ms = null;
  video.addEventListener('waiting', () => {
    const { buffered, currentTime, seeking } = video;
    const ahead_s = buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
    if (last_ms === null || seeking || ahead_s > DRY_S) return;
    seen.stalls += 1;
    seen.moments.push({ at_ms: Date.now(), what: 'stall', ahead_s, at_s: currentTime, height: video.videoHeight });
  });
  const look = (now) => {
    if (last_ms !== null) seen.longest_gap_ms = Math.max(seen.longest_gap_ms, now - last_ms);
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
