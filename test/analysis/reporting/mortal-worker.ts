/** A reporter thread that dies of an order for a PDF, never ends one for HTML, and does any other. */
import type { Drawn, ReporterTask } from '../../../src/analysis/reporting/reporter-protocol.ts';

export function work({ order }: ReporterTask): Drawn {
  if (order.wanted.kinds.includes('pdf')) process.exit(3);
  while (order.wanted.kinds.includes('html'));
  return { pictures: [], volumes: [] };
}
