/** What the report of an analysis costs: pictures, PDF, HTML, volumes, DICOM objects. */
import type { DocumentKind } from '../../src/analysis/reporting/report-document.ts';
import { lobarNodeOptions } from '../../test/support/lobar-node-options.ts';
import { runChildCase } from '../child-case.ts';
import { interleave } from '../interleave.ts';
import { about, whyMissed } from '../report/about.ts';
import { type ReportCaseName, reportFigures } from '../report/report-figures.ts';
import { writeReportInput } from '../report/report-input.ts';
import type { Suite, SuiteContext, SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'report',
  title: 'The report',
  missing: () => [],
  run,
};

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('makes a phantom of 300 slices');
  await writeReportInput(folder);
  const child = (script: string, more: object = {}) =>
    runChildCase(new URL(`../report/${script}.ts`, import.meta.url), { folder, ...more }, lobarNodeOptions);
  const report = (...kinds: DocumentKind[]) => child('report-case', { kinds });
  const measured = await interleave<ReportCaseName>(
    rounds,
    {
      documents: () => report('pdf', 'html'),
      volumes: () => report('volumes'),
      dicom: () => report('dicom'),
      floor: () => child('floor-case'),
      pipeline: () => child('pipeline-case'),
    },
    (done) => note(`round ${done}`),
  );
  return { figures: reportFigures(measured), versions: { node: process.versions.node }, about, whyMissed };
}
