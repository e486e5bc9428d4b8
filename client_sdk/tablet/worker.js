/**
 * The service worker: the page itself opens without a line. It keeps the page's own files and nothing else.
 *
 * Invariant: no answer of the API and no picture ever goes through it; what is not on the page's own list it does not touch.
 */
const CACHE = 'goldentime-page-1';
const ALSO = ['/', '/icon.svg', '/words/ko.json', '/words/en.json', '/sdk/map.js', '/sdk/map_flat.js', '/sdk/map_marks.js', '/sdk/map_shapes.js'];
const ANSWER_WITHIN_MS = 4_000; // a tunnel is no answer

self.addEventListener('install', (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(drop()));
self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  const files = pathname === '/' || /^\/(?:sdk\/|words\/)?[a-z_]{1,32}\.(?:js|css|svg|json|webmanifest)$/.test(pathname) || pathname === '/vendor/hls/hls.min.mjs';
  if (method === 'GET' && origin === self.location.origin && files) event.respondWith(newest(event.request, pathname));
});

/** From the server, and where it does not answer, as it was. */
async function newest(request, pathname) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    if (answer.ok) await renew(pathname, answer.clone()).catch(() => {}); // no room: the old one stays
    return answer;
  } catch (error) {
    const kept = await caches.match(pathname, { cacheName: CACHE });
    if (kept) return kept;
    throw error;
  }
}

async function renew(pathname, answer) {
  const cache = await caches.open(CACHE);
  if (await cache.match(pathname)) await cache.put(pathname, answer);
}

async function fill() {
  const page = await (await fetch('/', { cache: 'no-cache' })).text();
  const named = [...page.matchAll(/<link rel="(?:modulepreload|stylesheet|manifest)" href="([^"]+)"/g)].map(([, href]) => href);
  const cache = await caches.open(CACHE);
  await cache.addAll([...new Set([...ALSO, ...named])]);
}

async function drop() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}
