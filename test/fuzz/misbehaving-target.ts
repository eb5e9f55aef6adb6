/** A target for the tests of the watchdog: does what the first part of its input says. */
import type { FuzzInput, Report } from './fuzz-input.ts';

const held: Uint8Array[] = [];
const deeds: Readonly<Record<string, () => void>> = {
  answers() {},
  exits: () => process.exit(7),
  aborts: () => process.abort(),
  rejects: () => void Promise.reject(new Error('nobody waits for this')),
  spins() {
    for (;;) held.length = 0;
  },
  waits() {},
  swells() {
    for (let mb = 0; mb < 400; mb += 10) held.push(new Uint8Array(10 * 2 ** 20).fill(1));
  },
  prints: () => void process.stderr.write('Corrupt JPEG data\n'),
};

process.on('message', ({ parts }: FuzzInput) => {
  const deed = Buffer.from(parts[0] ?? []).toString('utf8');
  deeds[deed]?.();
  const report: Report = {
    outcome: deed,
    ...(deed === 'is faulty' ? { fault: { signature: 'known', text: 'a broken promise' } } : {}),
    cpuMs: 1,
    wallMs: 1,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  // What it did by then must show.
  if (deed !== 'waits') setTimeout(() => process.send?.(report), 50);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
