/** Prometheus' text format 0.0.4, as much of it as a client library writes. */

/** Sample (`name{label="value"}`, labels in the order of their names) to value. */
export type Samples = ReadonlyMap<string, number>;

export function samplesOf(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const sorted = [...labels.matchAll(/\w+="[^"]*"/g)].map(([label]) => label).sort();
    samples.set(
      sorted.length === 0 ? name : `${name}{${sorted.join(',')}}`,
      Number(value.replace('Inf', 'Infinity')),
    );
  }
  return samples;
}

/** Name of each metric to its type. */
export function typesOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
}
