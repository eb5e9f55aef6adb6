import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** [ours] Longer than what lies between the steps of one study, and between studies of a busy hour. */
const idleMs = 5000;

/** A thread that works now and then. */
export interface IdleCollector {
  /** Work begins. */
  busy(): void;
  /** Work has ended: after five seconds without any other its garbage is collected, which takes some 50 ms. */
  idle(): void;
}

/**
 * Collects the garbage of the thread that asks for it whenever that has nothing to do. V8 does so by itself when a thread
 * has made enough of it; one that waits makes none, and keeps the volume and masks of what it did last. Not between
 * studies that follow one another: with each collection V8 forgets code that ran once a study, and compiles it anew.
 */
export function idleCollector(waitMs = idleMs): IdleCollector {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let timer: NodeJS.Timeout | undefined;
  return {
    busy: () => clearTimeout(timer),
    idle() {
      clearTimeout(timer);
      timer = setTimeout(collect, waitMs).unref();
    },
  };
}

/**
 * Tells V8 of shared memory that this thread was given, which does not count towards when it collects garbage: the
 * volumes of past studies would pile up (measured: ten after ten). An ArrayBuffer counts with its length; never touched,
 * it costs nothing.
 */
export function tellCollector(bytes: number): void {
  new ArrayBuffer(bytes);
}
