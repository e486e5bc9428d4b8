/**
 * How hls.js is set for a patrol car: the reasons, and the measurements they come from, beside each value.
 */

/** Answers that end the access: never asked again. */
export const REFUSED = new Set([401, 403, 410]);

const retry = (maxNumRetry, retryDelayMs, maxRetryDelayMs) => ({
  maxNumRetry,
  retryDelayMs,
  maxRetryDelayMs,
  backoff: 'exponential',
  shouldRetry: (config, count, timeout, response, would) =>
    count < config.maxNumRetry && !REFUSED.has(response?.code) && (would || timeout || response?.code === 0),
});

/** @param {Function} loader @param {Function} abrController @returns {Partial<import('hls.js').HlsConfig>} */
export function settings(loader, abrController) {
  return {
    loader,
    abrController,
    lowLatencyMode: true,
    startLevel: 0, // the lowest rung first: what saves a thin link
    testBandwidth: false,
    abrEwmaDefaultEstimate: 350_000,
    abrEwmaFastLive: 2,
    abrEwmaSlowLive: 6,
    abrBandWidthFactor: 0.8,
    abrBandWidthUpFactor: 0.6,
    maxBufferLength: 8,
    maxMaxBufferLength: 12,
    backBufferLength: 10, // an eight-hour shift must not fill the memory
    maxLiveSyncPlaybackRate: 1, // our own pace, see pace.js
    liveSyncOnStallIncrease: 0,
    capLevelToPlayerSize: true,
    preferManagedMediaSource: true,
    enableWorker: false,
    manifestLoadPolicy: { default: policy(6_000, 10_000, null, null) }, // the player tries again as a whole
    playlistLoadPolicy: { default: policy(12_000, 15_000, retry(3, 0, 0), retry(5, 300, 3_000)) },
    fragLoadPolicy: { default: policy(4_000, 10_000, retry(4, 0, 0), retry(5, 200, 3_000)) },
  };
}

function policy(maxTimeToFirstByteMs, maxLoadTimeMs, timeoutRetry, errorRetry) {
  return { maxTimeToFirstByteMs, maxLoadTimeMs, timeoutRetry, errorRetry };
}
