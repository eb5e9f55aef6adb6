import type { SuiteResult } from '../suite.ts';
import { oneMore } from './growth-figures.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite, and what became of 2,000 slices and of one more. */
export const about = (large: readonly string[]) => `
What is measured: \`POST /v1/analyses\` to the published report, by a process of \`lobar serve\` of its own for each study, on
the CPU, with a PACS and an EHR on loopback in another process. The process is asked because what it keeps beside the
pipeline (the volume, masks that wait for the reporter, instances on their way) grows, too. Each has analysed the
study of 50 slices before, so that its code is compiled.

The studies are the chest of the demo, resampled to 50 up to 2,000 slices of 512 x 512 over 300 mm: the anatomy stays,
the slices get thinner. Slices of 6 mm are let through by \`eligibility.maxSliceThicknessMm\`; every limit is the default.

- **a slice, of 1,200 / of 300** is the cost of a study divided by its slices, the longer beside the shorter: 1 where it
  is proportional, less where a part is the same for every study. The classifier sees one size whatever the scan is.
- **slope**, **R2** and **the line at 0 slices** are of the straight line through the three sizes by least squares.
- **one slice more** compares what a slice adds between long studies with what one adds between short ones: 1 where it
  is linear, 4.3 where it grows with the square. What every study costs alike hides nothing of it, so it has the target.
- **peak RSS** is the most the process ever held (VmHWM), its models and threads included.

${large.join('\n')}
`;

export const whyMissed: SuiteResult['whyMissed'] = {
  growth: {
    [oneMore('wall')]:
      'Compare that of the CPU: where it is met, other processes took the cores. The stages are in the table.',
  },
};
