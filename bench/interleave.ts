/** What one run of one case gave, by name of the quantity. */
export type Sample = Readonly<Record<string, number>>;

export interface Rounds<Case extends string> {
  /** Of one quantity of one case, one value a round. */
  values(name: Case, quantity: string): readonly number[];
  /** What `of` makes of the samples of each round: a ratio is taken within a round, where noise is shared. */
  each<Value>(of: (round: Readonly<Record<Case, Sample>>) => Value): readonly Value[];
}

/**
 * Runs the cases a, b, c, a, b, c, ... so that what disturbs the machine for a while disturbs all of them.
 * One at a time.
 */
export async function interleave<Case extends string>(
  count: number,
  cases: Readonly<Record<Case, () => Promise<Sample>>>,
  onRound: (done: number) => void = () => {},
): Promise<Rounds<Case>> {
  const names = Object.keys(cases) as Case[];
  const rounds: Readonly<Record<Case, Sample>>[] = [];
  for (let done = 1; done <= count; done += 1) {
    const round: [Case, Sample][] = [];
    for (const name of names) round.push([name, await cases[name]()]);
    rounds.push(Object.fromEntries(round) as Record<Case, Sample>);
    onRound(done);
  }
  const each: Rounds<Case>['each'] = (of) => rounds.map(of);
  return { each, values: (name, quantity) => each((round) => quantityOf(round[name], quantity)) };
}

/** @throws Error for a quantity that the sample does not have. */
export function quantityOf(sample: Sample, quantity: string): number {
  const value = sample[quantity];
  if (value === undefined) throw new Error(`A case did not say its ${quantity}.`);
  return value;
}
