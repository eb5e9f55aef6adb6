import { withSection } from '../benchmarks-document.ts';
import {
  assumptionsTable,
  capacitiesTable,
  daysTable,
  inputsTable,
  variationsTable,
} from './scaling-tables.ts';
import type { ServiceTimes } from './service-times.ts';
import type { Simulated } from './simulate-cases.ts';

/** The parts of docs/SCALING.md that are made, by name, as they follow from service times and simulation. */
export function scalingSections(
  times: ServiceTimes,
  { cases, variations }: Simulated,
): Readonly<Record<string, string>> {
  return {
    'scale-measured': inputsTable(times),
    'scale-assumed': assumptionsTable(),
    'scale-days': daysTable(times, cases),
    'scale-capacities': capacitiesTable(
      times,
      cases.map(({ main }) => main),
    ),
    'scale-what-if': variationsTable(variations),
  };
}

/** docs/SCALING.md with these parts in place of the old ones. */
export function withSections(document: string, sections: Readonly<Record<string, string>>): string {
  return Object.entries(sections).reduce(
    (text, [name, section]) => withSection(text, name, section),
    document,
  );
}
