/** A picture that nobody may keep, on a canvas: it has no address in the page, is in no cache and in no file, and `clear` leaves nothing of it. */
const MOST_PX = 1_024; // of a side: more is for no screen here

/**
 * Draw it as a call gave it.
 * @param {HTMLCanvasElement} canvas @param {Blob} content @param {() => boolean} wanted whether it may still be seen, asked just before
 */
export async function draw(canvas, content, wanted) {
  const picture = await createImageBitmap(content);
  const scale = Math.min(1, MOST_PX / Math.max(picture.width, picture.height));
  if (wanted()) {
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  picture.close();
}

/** @param {HTMLCanvasElement} canvas */
export function clear(canvas) {
  canvas.width = canvas.height = 0;
}
