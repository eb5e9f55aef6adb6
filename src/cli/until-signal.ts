/** [ours] npm passes on the SIGINT that the terminal has sent to it and to us: within this time it is the same one. */
const echoMs = 500;

/** Resolves with the first SIGINT or SIGTERM; the same signal again ends the process as usual. */
export function untilSignal(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => {
      const ignore = () => undefined;
      process.on('SIGINT', ignore);
      setTimeout(() => process.off('SIGINT', ignore), echoMs).unref();
      resolve('SIGINT');
    });
  });
}
