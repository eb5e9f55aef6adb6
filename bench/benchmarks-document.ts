const head = `# Benchmarks

Written by \`npm run bench\`: do not edit, run it. A run replaces the sections of the suites that ran and keeps the
others. Machines differ and are shared, so what counts is the ratio against a floor or a peer measured in the same
run: cases take turns, round by round, and a ratio is taken within a round. Shown is the median of the rounds,
with the first and third quartile.
`;

const begin = (suite: string) => `<!-- suite ${suite} -->`;
const end = (suite: string) => `<!-- end of ${suite} -->`;

/** docs/BENCHMARKS.md with the section of one suite put in place of its old one, or behind the others. */
export function withSection(document: string | undefined, suite: string, section: string): string {
  const text = document ?? head;
  const marked = `${begin(suite)}\n${section.trim()}\n${end(suite)}`;
  const start = text.indexOf(begin(suite));
  const stop = text.indexOf(end(suite), start);
  if (start < 0 || stop < 0) return `${text.trimEnd()}\n\n${marked}\n`;
  return text.slice(0, start) + marked + text.slice(stop + end(suite).length);
}
