/**
 * The machine-readable clock in the picture, as the browser reads it. The layout is that of demo/pictures/wallclock.py; a test
 * holds the two together.
 */

const BITS = 11;
const COLUMNS = BITS + 1;
const ROWS = 2;
const LEFT = 0.02;
const BOTTOM = 0.03;
const BLOCK_WIDTH = 0.0225;
const BLOCK_HEIGHT = 0.04;
const CONTRAST_MIN = 60;
const SAMPLES = [0.35, 0.5, 0.65];
const AHEAD_MS = 1000;

let surface = null;

/**
 * Index of the frame that a video shows now, within its loop.
 *
 * @param {HTMLVideoElement} video
 * @returns {{index: number} | null} null when there is no picture or the clock cannot be told for certain.
 */
export function readClock(video) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return null;
  const top = Math.floor((1 - BOTTOM - ROWS * BLOCK_HEIGHT) * height);
  const columns = Math.ceil((LEFT + COLUMNS * BLOCK_WIDTH) * width);
  surface ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (surface.canvas.width !== columns || surface.canvas.height !== height - top) {
    surface.canvas.width = columns;
    surface.canvas.height = height - top;
  }
  surface.drawImage(video, 0, top, columns, height - top, 0, 0, columns, height - top);
  const pixels = surface.getImageData(0, 0, columns, height - top).data;
  const index = read((x, y) => {
    const at = 4 * ((Math.floor(y * height) - top) * columns + Math.floor(x * width));
    return 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
  });
  return index === null ? null : { index };
}

/**
 * Frame index shown in a picture.
 *
 * @param {(x: number, y: number) => number} lumaAt brightness 0..255 at a place in shares of width and height.
 * @returns {number | null} null when it cannot be told for certain.
 */
export function read(lumaAt) {
  let gray = 0;
  let parity = 0;
  for (let column = 0; column < COLUMNS; column += 1) {
    const difference = level(lumaAt, column, 0) - level(lumaAt, column, 1);
    if (Math.abs(difference) < CONTRAST_MIN) return null;
    const bit = difference > 0 ? 1 : 0;
    if (column === BITS) parity = bit;
    else gray |= bit << column;
  }
  let index = 0;
  for (let rest = gray; rest; rest >>= 1) index ^= rest;
  return (index & 1) === parity ? index : null;
}

function level(lumaAt, column, row) {
  const left = LEFT + column * BLOCK_WIDTH;
  const top = 1 - BOTTOM - ROWS * BLOCK_HEIGHT + row * BLOCK_HEIGHT;
  let sum = 0;
  for (const dx of SAMPLES) for (const dy of SAMPLES) sum += lumaAt(left + dx * BLOCK_WIDTH, top + dy * BLOCK_HEIGHT);
  return sum / (SAMPLES.length * SAMPLES.length);
}

/**
 * Time since the camera sent a frame: glass to glass when asked at the moment the frame is shown.
 *
 * @param {number} index of the frame in a loop of `frames` at `fps`.
 * @param {number} nowMs wall clock, as Date.now().
 * @returns {number} milliseconds; slightly negative when this clock is behind the camera's.
 */
export function ageMs(index, fps, frames, nowMs) {
  const loopMs = (frames * 1000) / fps;
  const age = (((nowMs - (index * 1000) / fps) % loopMs) + loopMs) % loopMs;
  return age > loopMs - AHEAD_MS ? age - loopMs : age;
}
