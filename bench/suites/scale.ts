/** How many pods a hospital and a national outbreak need, simulated with service times that were measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureServiceTimes } from '../scale/measure-service-times.ts';
import { mainCases } from '../scale/scale-cases.ts';
import { scaleFigures } from '../scale/scale-figures.ts';
import { scalingSections, withSections } from '../scale/scaling-document.ts';
import { type PlottedDay, scalingPlot } from '../scale/scaling-plot.ts';
import type { ServiceTimes } from '../scale/service-times.ts';
import { simulateCases, simulateDay } from '../scale/simulate-cases.ts';
import { variations } from '../scale/variations.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'scale',
  title: 'Hospital day and national outbreak, simulated',
  missing: () => [],
  run,
};

const timesFile = join(import.meta.dirname, '..', 'scale', 'service-times.json');
const docs = join(import.meta.dirname, '..', '..', 'docs');

async function run({ folder, rounds, note, remeasure }: SuiteContext): Promise<SuiteResult> {
  if (remeasure) {
    const measured = await measureServiceTimes(folder, note);
    writeFileSync(timesFile, `${JSON.stringify(measured, undefined, 2)}\n`);
  }
  const times = JSON.parse(readFileSync(timesFile, 'utf8')) as ServiceTimes;
  const simulated = simulateCases(times, rounds, note);
  const document = join(docs, 'SCALING.md');
  return {
    figures: scaleFigures(times, simulated),
    versions: {},
    about: '',
    whyMissed: {},
    documents: {
      [document]: withSections(readFileSync(document, 'utf8'), scalingSections(times, simulated)),
      [join(docs, 'scaling.svg')]: scalingPlot(plottedDays(times)),
    },
  };
}

function plottedDays(times: ServiceTimes): readonly PlottedDay[] {
  const [hospital, outbreak] = mainCases(times);
  const capped = variations(times).find(({ name }) => name === 'at most 24 pods');
  if (hospital === undefined || outbreak === undefined || capped === undefined)
    throw new Error('A day to draw is not simulated any more.');
  return [
    { title: 'Hospital: 200 studies', result: simulateDay(hospital.scenario, 1), minutes: 60 },
    { title: 'Outbreak: 200,000 studies', result: simulateDay(outbreak.scenario, 1), minutes: 15 },
    { title: 'Outbreak, at most 24 pods', result: simulateDay(capped.scenario, 1), minutes: 15 },
  ];
}
