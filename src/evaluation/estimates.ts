import { type BootstrapOptions, bootstrapIntervals } from '../statistics/bootstrap.ts';
import type { AnalysedCase } from './case-result.ts';
import { figures } from './figures.ts';
import type { Estimate } from './metrics.ts';

/** [ours] With fewer patients an interval would look surer than it is. */
const leastPatients = 5;

/** Every figure that these cases tell, by its name; the others are left out. */
export function estimatesOf(
  cases: readonly AnalysedCase[],
  bootstrap: BootstrapOptions,
): Readonly<Record<string, Estimate>> {
  const told = figures
    .map((figure) => ({ figure, value: figure.of(cases) }))
    .filter((one): one is typeof one & { value: number } => one.value !== undefined);
  const patients = [...Map.groupBy(cases, ({ patient }) => patient).values()];
  const resampled = told.filter(({ figure }) => figure.withoutInterval === undefined);
  const intervals = bootstrapIntervals(
    patients,
    resampled.map(({ figure }) => figure.of),
    bootstrap,
  );
  const intervalOf = new Map(resampled.map(({ figure }, at) => [figure.name, intervals[at]]));
  const entries = told.map(({ figure, value }) => {
    const counted = cases.filter((one) => figure.values([one]).length > 0);
    const isEnough = new Set(counted.map(({ patient }) => patient)).size >= leastPatients;
    const interval = isEnough ? intervalOf.get(figure.name) : undefined;
    return [figure.name, { value, ...interval, cases: counted.length }] as const;
  });
  return Object.fromEntries(entries);
}
