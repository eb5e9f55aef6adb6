/** What a command may still say and clean up by itself. */
const graceMs = 2000;

/**
 * Ends the process when the pipeline's thread or a lane died or hangs. By a signal: process.exit would wait for a
 * native run that may never end. Whoever started the process starts a fresh one.
 */
export function endOnFailure(failed: Promise<Error>, tell: (text: string, error: Error) => void): void {
  void failed.then((error) => {
    const end = () => {
      // The last line that it says, after the answers to those who wait.
      tell(`${error.message} The process ends.\n`, error);
      process.kill(process.pid, 'SIGKILL');
    };
    // A process that ends in time by itself is not kept by this timer.
    setTimeout(end, graceMs).unref();
  });
}
