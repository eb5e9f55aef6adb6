/** A reporter thread that dies of an order for a PDF, never ends one for HTML or of no lungs, and does any other. */
import type { ReporterResult, ReporterTask } from '../../../src/analysis/reporting/reporter-protocol.ts';

export function work(task: ReporterTask): ReporterResult {
  if (task.kind === 'start') return { value: [], ms: 0 };
  if (task.kind === 'begin') {
    while (task.order.lungs.lobes.length === 0);
    return { value: [], ms: 0 };
  }
  const { order } = task;
  if (order.wanted.kinds.includes('pdf')) process.exit(3);
  while (order.wanted.kinds.includes('html'));
  return { value: { pictures: [], volumes: [] }, ms: 0 };
}
