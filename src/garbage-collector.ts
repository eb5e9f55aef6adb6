import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A function that collects the garbage of the thread that asks for it, at once. V8 does so by itself when a thread
 * has made enough of it; one that waits makes none, and keeps the volumes and masks of what it did last. It blocks
 * its thread for as long as what is alive there takes to be walked: about 10 ms in a worker.
 */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
