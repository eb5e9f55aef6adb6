/** The stages of an analysis as a reader sees them pass by. */
export interface Stage {
  readonly name: string;
  readonly text: string;
  /** Of the whole, as long as it typically takes. */
  readonly weight: number;
}

/** Weights are seconds of the demo study on two cores, rounded: of other machines and studies the shares are alike. */
const serviceStages: readonly Stage[] = [
  { name: 'find', text: 'Find and choose the series', weight: 0.2 },
  { name: 'retrieve', text: 'Retrieve and decode the images', weight: 1 },
  { name: 'lungs', text: 'Lungs and lobes', weight: 5.3 },
  { name: 'classify', text: 'Classify', weight: 0.3 },
  { name: 'opacities', text: 'Opacities', weight: 3.2 },
  { name: 'quantify', text: 'Measure', weight: 0.1 },
  { name: 'report', text: 'Draw the report', weight: 1.5 },
];
const upload: Stage = { name: 'upload', text: 'Send the files', weight: 2 };
const store: Stage = { name: 'store', text: 'Store into the PACS', weight: 0.3 };
const publish: Stage = { name: 'publish', text: 'Publish to the EHR', weight: 0.3 };
const receive: Stage = { name: 'receive', text: 'Receive report and images', weight: 0.5 };

export function stagesOf(job: { readonly uploads: boolean; readonly publishes: boolean }): Stage[] {
  return [
    ...(job.uploads ? [upload] : []),
    ...serviceStages,
    ...(job.publishes ? [store, publish] : []),
    receive,
  ];
}

export interface StageProgress {
  /** Notes how much of a stage is done. Stages before it are done, too; one that is not known says nothing. */
  note(name: string, fraction: number): void;
  /** Of all stages, 0 to 1; it never falls. */
  share(): number;
  /** Of one stage, 0 to 1. */
  of(name: string): number;
  /** Whether the latest stage is done and the next has not begun: it waits, mostly for the models. */
  waits(): boolean;
}

export function stageProgress(stages: readonly Stage[]): StageProgress {
  const whole = stages.reduce((sum, { weight }) => sum + weight, 0);
  const done = new Map<string, number>();
  let reached = 0;
  let latest = -1;
  const of = (name: string) => done.get(name) ?? 0;
  return {
    note(name, fraction) {
      const index = stages.findIndex((stage) => stage.name === name);
      if (index < 0) return;
      latest = Math.max(latest, index);
      for (const before of stages.slice(0, index)) done.set(before.name, 1);
      done.set(name, Math.max(of(name), Math.min(1, fraction)));
      const sum = stages.reduce((total, stage) => total + stage.weight * of(stage.name), 0);
      reached = Math.max(reached, sum / whole);
    },
    share: () => reached,
    of,
    waits: () => latest < stages.length - 1 && of(stages[latest]?.name ?? '') >= 1,
  };
}
