import { after, before, describe } from 'node:test';
import { ending } from './behaviour/ending.ts';
import { lostProcesses } from './behaviour/lost-processes.ts';
import { stopping } from './behaviour/stopping.ts';
import { submitting } from './behaviour/submitting.ts';
import { telling } from './behaviour/telling.ts';
import { tryingAgain } from './behaviour/trying-again.ts';
import { type OpenBackend, QueueBench } from './queue-bench.ts';

/** What any queue has to do, whatever it stands on. */
export function describeQueue(name: string, open: OpenBackend, skip: string | false = false): void {
  describe(name, { skip }, () => {
    const bench = new QueueBench(open);
    before(() => bench.open());
    after(() => bench.close());
    submitting(bench);
    ending(bench);
    tryingAgain(bench);
    lostProcesses(bench);
    stopping(bench);
    telling(bench);
  });
}
