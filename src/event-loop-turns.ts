import { setImmediate } from 'node:timers/promises';

/**
 * Nothing may hold the main thread for more than 50 ms; several such works may share one turn of the event
 * loop, so each takes a tenth of that.
 */
const sliceMs = 5;

/**
 * For long work that is made of short steps: call the result after each step. It gives the event loop a turn
 * when the steps since the last one took longer than a slice.
 */
export function takingTurns(): () => Promise<void> {
  let sliceEnd = performance.now() + sliceMs;
  return async () => {
    if (performance.now() < sliceEnd) return;
    await setImmediate();
    sliceEnd = performance.now() + sliceMs;
  };
}
