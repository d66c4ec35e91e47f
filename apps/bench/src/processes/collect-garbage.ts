/**
 * Loaded before a server (`--import`) whose memory is measured: SIGUSR2 collects its garbage.
 *
 * Without this, what a server happens not to have collected yet would be taken for what a connection costs.
 */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  setTimeout(() => globalThis.gc?.(), 200).unref();
});
