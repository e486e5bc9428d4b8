/** A live media playlist of 0.25 s parts, eight to a segment, as an origin would write it after `done` parts. */
import { M3U8Parser } from 'hls.js';

export const URL_OF = 'http://host/live/sid/camera/240p/index.m3u8';
export const PART_S = 0.25;
const PARTS = 8;

export function text(done, { epoch = 'e', window = 4 } = {}) {
  const open = Math.floor(done / PARTS);
  const lines = [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:2',
    '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.75',
    `#EXT-X-PART-INF:PART-TARGET=${PART_S}`,
    `#EXT-X-MEDIA-SEQUENCE:${Math.max(0, open - window)}`,
    `#EXT-X-MAP:URI="init-${epoch}.mp4"`,
  ];
  for (let msn = Math.max(0, open - window); msn <= open; msn += 1) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Date.UTC(2026, 0, 1) + msn * PARTS * PART_S * 1000).toISOString()}`);
    for (let part = 0; part < Math.min(PARTS, done - msn * PARTS) && msn > open - 2; part += 1) {
      lines.push(`#EXT-X-PART:DURATION=${PART_S},URI="${epoch}-${msn}.${part}.m4s"${part ? '' : ',INDEPENDENT=YES'}`);
    }
    if (msn < open) lines.push(`#EXTINF:${PARTS * PART_S},`, `${epoch}-${msn}.m4s`);
  }
  lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${epoch}-${open}.${done % PARTS}.m4s"`, '');
  return lines.join('\n');
}

export function details(playlist, url = URL_OF) {
  return M3U8Parser.parseLevelPlaylist(playlist, url, 0, 'main', 0, null);
}

export function names(urls) {
  return urls.map((url) => url.split('/').at(-1));
}
