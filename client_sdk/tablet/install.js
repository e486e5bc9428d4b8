/** Makes the page one that opens without a line, where the browser can; what it does not keep is in worker.js. */
export function install() {
  if (!navigator.serviceWorker) return;
  const register = () => navigator.serviceWorker.register('/worker.js').catch(() => {}); // full, or forbidden: the page goes on without
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
