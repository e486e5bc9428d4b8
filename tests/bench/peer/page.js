/** Plays another product's stream with hls.js and its defaults, which is what those products' own pages do. */

import Hls from './hls.min.mjs';

const AGAIN_MS = 100;
let hls = null;
let state = { first_frame_ms: null, last_error: null };

window.goldentime = { state: () => state };

/** @param {string} start what answers with the playlist's address; or that address itself. */
window.tap = async (start) => {
  const tapped = performance.now();
  hls?.destroy();
  document.querySelector('video')?.remove();
  state = { first_frame_ms: null, last_error: null };
  const mine = state;
  const video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  video.requestVideoFrameCallback(() => {
    mine.first_frame_ms = performance.now() - tapped;
  });
  const url = start.endsWith('.m3u8') ? start : await (await fetch(start)).text();
  const player = new Hls();
  hls = player;
  player.on(Hls.Events.ERROR, (_, { fatal, details }) => {
    mine.last_error = details;
    if (fatal && player === hls) setTimeout(() => player === hls && player.loadSource(url), AGAIN_MS);
  });
  player.loadSource(url);
  player.attachMedia(video);
  video.play().catch(() => {});
};
