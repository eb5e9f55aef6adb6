import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** [ours] Longer than what lies between the steps of one study, and between studies of a busy hour. */
const idleMs = 5000;

/** A thread that works now and then, on large memory that it shares with others. */
export interface IdleCollector {
  /** Work begins, on a volume where there is one: the object that came with its shared memory. */
  busy(volume?: object): void;
  /**
   * Work has ended. Garbage is collected, which takes some 50 ms: at once where volumes are here yet, else after five
   * seconds without other work.
   */
  idle(): void;
}

/**
 * Collects the garbage of the thread that asks for it when that has nothing to do. V8 does so by itself when a thread has
 * made enough of it; one that waits makes none, and shared memory does not count: the volumes of past studies would pile
 * up. No more often than that: with every collection V8 forgets code that runs once a study, and compiles it anew.
 */
export function idleCollector(waitMs = idleMs): IdleCollector {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let timer: NodeJS.Timeout | undefined;
  let given: WeakRef<object>[] = [];
  return {
    busy(volume) {
      clearTimeout(timer);
      if (volume !== undefined) given.push(new WeakRef(volume));
    },
    idle() {
      given = given.filter((ref) => ref.deref() !== undefined);
      clearTimeout(timer);
      // Not before the next turn: until then what a weak reference has shown is held.
      if (given.length > 0) setImmediate(collect);
      else timer = setTimeout(collect, waitMs).unref();
    },
  };
}

/**
 * Tells V8 of shared memory that this thread has made, which does not count towards when it collects garbage: the
 * volumes of past series would pile up (measured: ten after ten). An ArrayBuffer counts with its length; never touched,
 * it costs nothing.
 */
export function tellCollector(bytes: number): void {
  new ArrayBuffer(bytes);
}
