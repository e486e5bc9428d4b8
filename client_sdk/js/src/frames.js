/** What a video element shows and has in hand. */

/**
 * Hear of each new picture: by the frame, and where the browser does not tell of those, whenever its time has gone on.
 * @param {HTMLVideoElement} video @param {() => void} shown @returns {() => void} hear no more of it
 */
export function onFrames(video, shown) {
  if (!video.requestVideoFrameCallback) {
    video.addEventListener('timeupdate', shown);
    return () => video.removeEventListener('timeupdate', shown);
  }
  let stopped = false;
  let frame = video.requestVideoFrameCallback(next);
  function next() {
    shown();
    if (!stopped) frame = video.requestVideoFrameCallback(next);
  }
  return () => {
    stopped = true;
    video.cancelVideoFrameCallback(frame);
  };
}

/** What the element has in hand. @param {HTMLVideoElement} video */
export function ahead_s({ buffered, currentTime }) {
  return buffered.length ? Math.max(0, buffered.end(buffered.length - 1) - currentTime) : 0;
}
