import { lobes, lungSideNames } from '../pipeline/types.ts';
import type { GraphPorts } from './graph-ports.ts';
import type { ModelTask } from './manifest.ts';

/** What a network may be for, as far as the shapes of its graph tell: one task, several, or none. */
export function possibleTasks({ inputs, outputs }: GraphPorts): readonly ModelTask[] {
  const input = inputs[0]?.shape ?? [];
  const output = outputs[0]?.shape ?? [];
  if (input.length === 5 && output.length === 2) return ['classifier'];
  if (input.length !== 4 || output.length !== 4) return [];
  const channels = output[1];
  if (typeof channels !== 'number') return ['lungs-lobes', 'lungs', 'opacities'];
  if (channels === lobes.length + 1) return ['lungs-lobes', 'opacities'];
  // Background and two sides, or background and two kinds of opacity.
  if (channels === lungSideNames.length + 1) return ['lungs', 'opacities'];
  return ['opacities'];
}

/** The one task that the shapes allow, if it is one. Six channels are a lobe network's: nobody has five opacities. */
export function guessTask(ports: GraphPorts): ModelTask | undefined {
  const [first, ...more] = possibleTasks(ports);
  return more.length === 0 || (first === 'lungs-lobes' && typeof ports.outputs[0]?.shape[1] === 'number')
    ? first
    : undefined;
}
