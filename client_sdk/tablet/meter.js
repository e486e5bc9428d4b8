/** How much data this page took since it was opened, and how fast it comes now: what a thin or paid link carries. */
const OVER_MS = 10_000;

let bytes = 0;
let recent = [];

new PerformanceObserver((list) => {
  for (const { transferSize, responseEnd } of list.getEntries()) {
    bytes += transferSize;
    recent.push({ bytes: transferSize, at_ms: responseEnd });
  }
}).observe({ type: 'resource', buffered: true });

/** @returns {{ megabytes: number, kbps: number }} */
export function used() {
  const now_ms = performance.now();
  recent = recent.filter(({ at_ms }) => at_ms > now_ms - OVER_MS);
  const kbit = recent.reduce((sum, one) => sum + one.bytes, 0) / 125;
  return { megabytes: bytes / 1e6, kbps: Math.round(kbit / (OVER_MS / 1000)) };
}

// Each part is an entry; the browser's own list of them is not needed and would fill up.
performance.addEventListener('resourcetimingbufferfull', () => performance.clearResourceTimings());
