/**
 * By what a page plays: hls.js where the browser lets a script feed a video, its own HLS where it does not, single pictures where it has neither.
 *
 * @typedef {'hls.js' | 'native' | 'stills'} Way
 */
const PLAYLIST = 'application/vnd.apple.mpegurl';
const FRAGMENT = 'video/mp4; codecs="avc1.4d401e"';

/**
 * Pure. hls.js first: it keeps a second in hand, knows how old the picture is, and tells the server how it fares.
 * @param {{ feeds: boolean, plays: string }} browser whether Media Source Extensions, managed ones too, take H.264; what canPlayType says of a playlist
 * @returns {Way}
 */
export function wayOf({ feeds, plays }) {
  if (feeds) return 'hls.js';
  return plays === 'maybe' || plays === 'probably' ? 'native' : 'stills';
}

/** That of this browser. @returns {Way} */
export function wayToPlay() {
  const source = globalThis.ManagedMediaSource ?? globalThis.MediaSource;
  return wayOf({ feeds: source?.isTypeSupported?.(FRAGMENT) === true, plays: document.createElement('video').canPlayType(PLAYLIST) });
}
