import type { PipelineHooks } from '../pipeline/types.ts';

/** [ours] Nobody sees more, and each time wakes the main thread. */
const everyMs = 50;

/** Tells of the start and the end of each stage, and of what lies between at most once in 50 ms. */
export function toldRarely(
  tell: PipelineHooks['onProgress'],
  now: () => number = () => performance.now(),
): PipelineHooks['onProgress'] {
  let told = Number.NEGATIVE_INFINITY;
  return (stage, fraction) => {
    const at = now();
    if (fraction > 0 && fraction < 1 && at - told < everyMs) return;
    told = at;
    tell(stage, fraction);
  };
}
