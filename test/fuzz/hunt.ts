import fc from 'fast-check';
import type { FuzzInput, Surface } from './fuzz-input.ts';
import type { Kitchen, Recipe } from './recipe.ts';
import type { Tally } from './tally.ts';
import type { Fault, Observation } from './watched-target.ts';

/** A mistake that was found, and the smallest input that still shows it. */
export interface Finding {
  readonly fault: Fault;
  readonly recipe: Recipe;
  readonly input: FuzzInput;
  /** Seed of the round in which it was found; fast-check's own. */
  readonly seed: number;
  /** Whether a fresh process shows it by this input alone. */
  readonly reproduced: boolean;
}

export interface HuntOptions {
  readonly kitchen: Kitchen;
  readonly seed: number;
  readonly seconds: number;
  readonly only?: Surface;
  readonly tally: Tally;
  /** Runs an input in the process that is at hand, or in a fresh one. */
  readonly run: (input: FuzzInput, fresh: boolean) => Promise<Observation>;
  readonly onFinding: (finding: Finding) => void;
}

const casesPerRound = 500;
const shrinkSeconds = 20;

/**
 * Runs random inputs until the time is up. A mistake that was found already does not stop the search again:
 * each is reported once, made as small as `shrinkSeconds` allow.
 */
export async function hunt(options: HuntOptions): Promise<void> {
  const { kitchen, seconds, tally, run } = options;
  const end = performance.now() + seconds * 1000;
  const known = new Set<string>();
  for (let round = 0; performance.now() < end; round += 1) {
    const seed = options.seed + round;
    let first:
      | { readonly fault: Fault; readonly reproduced: boolean; readonly shrinkEnd: number }
      | undefined;
    const property = fc.asyncProperty(kitchen.recipes(options.only), async (recipe) => {
      // Time is asked for here: fast-check's own limit would leave a run behind that still goes on.
      if (performance.now() > (first?.shrinkEnd ?? end)) return;
      const input = kitchen.cook(recipe);
      const seen = await run(input, false);
      if (first === undefined) tally.count(input, seen);
      if (seen.fault === undefined || known.has(seen.fault.signature)) return;
      if (first === undefined) {
        const again = await confirm(input, seen.fault, run);
        if (again === 'noise of the machine') return;
        first = { fault: seen.fault, reproduced: again, shrinkEnd: performance.now() + shrinkSeconds * 1000 };
      }
      if (seen.fault.signature === first.fault.signature) throw new Error(seen.fault.text);
    });
    const details = await fc.check(property, { seed, numRuns: casesPerRound });
    const recipe = details.counterexample?.[0];
    if (recipe === undefined) continue;
    // Nothing was found, so what failed is the fuzzer.
    if (first === undefined) throw details.errorInstance;
    const { fault, reproduced } = first;
    known.add(fault.signature);
    options.onFinding({ fault, recipe, input: kitchen.cook(recipe), seed, reproduced });
  }
}

/**
 * The same input once more, in a fresh process. A hang that is none then was the machine's; memory that is not
 * taken then was taken by all the inputs before; anything else stands even where it does not happen again.
 */
async function confirm(
  input: FuzzInput,
  fault: Fault,
  run: HuntOptions['run'],
): Promise<boolean | 'noise of the machine'> {
  const again = await run(input, true);
  if (again.fault?.signature === fault.signature) return true;
  return fault.kind === 'hang' ? 'noise of the machine' : false;
}
