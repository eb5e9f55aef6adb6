/** What half an hour of steady load leaves in the memory of two processes of the service. */
import type { FigureDraft } from '../figure.ts';
import { inferenceAlone } from '../load/alone.ts';
import { openServedPair, writeSmallStudy } from '../load/served-pair.ts';
import { type Soaked, soak } from '../load/soak.ts';
import { fewestDocumented, type Suite, type SuiteContext, type SuiteResult } from '../suite.ts';

export const suite: Suite = {
  name: 'load-soak',
  title: 'Under steady load',
  missing: () => (process.platform === 'linux' ? [] : ['/proc of Linux']),
  run,
};

/** Of the inference-bound limit. */
const level = 0.3;
const minutesOf = { documented: 30, tried: 1 } as const;

const about = `
Two processes of \`lobar serve\` as in the suite \`load\`, asked at a steady 30 % of the limit that inference sets. The
memory of both (VmRSS) is read every two seconds. Its growth is the slope of the straight line (least squares) through
the lowest value of every minute, without the first sixth of the time: what lies above the lowest value is
garbage that was not collected yet, of analyses that come and go, and would drown the slope. One round, of 30 minutes.
`;

async function run({ folder, rounds, note }: SuiteContext): Promise<SuiteResult> {
  note('makes the study, measures the limit and starts two processes');
  const { study } = await writeSmallStudy(folder);
  const limit = await inferenceAlone(folder, 20);
  const pair = await openServedPair(folder, study, { inFlight: 2, waiting: 4 });
  try {
    const minutes = rounds < fewestDocumented ? minutesOf.tried : minutesOf.documented;
    note(`soaks for ${minutes} minutes`);
    const soaked = await soak(pair, { perSecond: level * limit, seconds: minutes * 60 });
    const codes = await pair.close();
    if (codes.some((code) => code !== 0)) throw new Error(`A process ended with ${codes.join(', ')}.`);
    return {
      figures: soakFigures(soaked, minutes),
      versions: { node: process.versions.node },
      about,
      whyMissed: {},
    };
  } catch (error) {
    await pair.close();
    throw error;
  }
}

function soakFigures({ answers, slopesMbPerHour, rssMb }: Soaked, minutes: number): readonly FigureDraft[] {
  const name = `soak of ${minutes} min`;
  return [
    { case: name, metric: 'requests', unit: 'requests', values: [answers.length] },
    {
      case: name,
      metric: 'not answered 200',
      unit: 'requests',
      values: [answers.filter(({ status }) => status !== 200).length],
      target: { atMost: 0 },
    },
    ...slopesMbPerHour.map(
      (slope, at): FigureDraft => ({
        case: name,
        metric: `growth of RSS, process ${at + 1}`,
        unit: 'MB/h',
        values: [slope],
        target: { atMost: 5 },
      }),
    ),
    ...rssMb.map(
      (mb, at): FigureDraft => ({
        case: name,
        metric: `RSS at the end, process ${at + 1}`,
        unit: 'MB',
        values: [mb],
      }),
    ),
  ];
}
