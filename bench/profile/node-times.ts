/** An event of ONNX Runtime's profile, as far as it is read; `dur` in µs. */
export interface NodeEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly ts: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

export interface NodeTime {
  /** As `CPUExecutionProvider`. */
  readonly provider: string;
  readonly operator: string;
  /** How many of these the graph has. */
  readonly nodes: number;
  /** All of them, in one run. */
  readonly ms: number;
}

/** What the nodes of one kind on one provider took in the mean of the last `runs` runs; the longest first. */
export function nodeTimes(events: readonly NodeEvent[], runs: number): readonly NodeTime[] {
  const kernels = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
  const kinds = Map.groupBy(kernels, ({ args }) => `${args?.provider}\n${args?.op_name}`);
  return [...kinds]
    .map(([kind, its]) => {
      const [provider = '', operator = ''] = kind.split('\n');
      const last = [...Map.groupBy(its, ({ name }) => name).values()].map((one) =>
        one.toSorted((a, b) => a.ts - b.ts).slice(-runs),
      );
      const us = last.flat().reduce((sum, { dur }) => sum + dur, 0);
      return { provider, operator, nodes: last.length, ms: us / runs / 1000 };
    })
    .toSorted((a, b) => b.ms - a.ms);
}
