import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than a machine under load needs, and less than a test run. */
const boundMs = 120_000;

/** Looks again and again until it is so; fails when it has not come to that within two minutes. */
export async function until(isSo: () => boolean | Promise<boolean>, everyMs = 10): Promise<void> {
  const since = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - since < boundMs, 'it never came to that');
    await sleep(everyMs);
  }
}
