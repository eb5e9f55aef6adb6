import type { Held, HeldReport } from './held-report.ts';
import { smallestId } from './next-step.ts';
import type { ReportToWrite } from './report-to-write.ts';

/** Of each part the copy that counts, by the names of the parts. */
export function heldParts(
  { device, observations, report, document }: ReportToWrite,
  held: HeldReport,
  counting = smallestId(held.reports),
): Map<string, Held> {
  const counted = [
    [device.name, smallestId(held.devices)],
    ...observations.map(({ name }) => [name, smallestId(held.observations.get(name) ?? [])] as const),
    [report.name, counting],
    ...(document === undefined ? [] : [[document.name, smallestId(held.documents)] as const]),
  ] as const;
  return new Map(counted.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])));
}
