import type { SuiteResult } from '../suite.ts';

/** What docs/BENCHMARKS.md says below the figures of the suite. */
export const about = `
What is measured: two processes of \`lobar serve\` (on the CPU, one lane of one thread for the networks, one thread for
decoding, places for two analyses and a line of four) that are asked by \`POST /v1/analyses\` with \`publish: false\`
for a small study, 60 slices of 128 x 128. The embedded PACS and the clients are the process of the benchmark, on the same cores: what
they take is taken from the service.

- **inference alone** is the limit that inference sets: two processes, started with the same options and thread
  counts, run the pipeline on the volume of this study again and again, and do nothing else.
- **saturated**: three clients at each process, each sends its next request when it has its answer. Throughput is the sum
  of both, each counted from its first answer to its last.
- **at N %**: requests at a steady rate of N % of that limit, as measured in the same round, to one process after the
  other, whether earlier ones are answered or not. Times are from sending a request to the last byte of its
  answer, the wait for a place included.
- **at 300 %** is three times what is possible: what finds places and line full is refused, and every request that was
  taken is answered.
`;

export const whyMissed: SuiteResult['whyMissed'] = {};
