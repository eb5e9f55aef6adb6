/** Words of PromQL that stand where a metric could. */
const keywords = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'group_left',
  'group_right',
  'Inf',
  'NaN',
]);

/** The metrics that an expression of PromQL names, as they stand there: lobar_stage_duration_seconds_bucket. */
export function metricsIn(promql: string): ReadonlySet<string> {
  const bare = promql
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    // Lists of labels.
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const words = bare.matchAll(/(?<![\w:.$])([a-zA-Z_:][\w:]*)\s*(\(?)/g);
  return new Set(
    [...words].flatMap(([, word = '', call]) => (call === '(' || keywords.has(word) ? [] : word)),
  );
}

/** The names of the series that a metric of this type has. */
export function seriesOf(name: string, type: string): readonly string[] {
  return type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name];
}
