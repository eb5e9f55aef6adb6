import type { FuzzInput, Report } from './fuzz-input.ts';
import { unanswered } from './upload-run.ts';
import type { Observation } from './watched-target.ts';

/** An answer that comes before all was sent can be lost with the connection; more than a few are a service that fails. */
const mostUnanswered = 0.05;

/** Counts what came of the inputs of a run. */
export class Tally {
  readonly #start = performance.now();
  readonly #outcomes = new Map<string, Map<string, number>>();
  #cases = 0;
  readonly #peakMb = { plain: 0, service: 0 };
  #slowest: { readonly report: Report; readonly what: string } | undefined;

  count(input: FuzzInput, { report, fault }: Observation): void {
    this.#cases += 1;
    const outcome = fault === undefined ? (report?.outcome ?? '?') : `FAULT: ${fault.kind}`;
    const bySurface = this.#outcomes.get(outcome) ?? new Map<string, number>();
    this.#outcomes.set(outcome, bySurface.set(input.surface, (bySurface.get(input.surface) ?? 0) + 1));
    if (report === undefined) return;
    const target = input.surface === 'upload' ? 'service' : 'plain';
    this.#peakMb[target] = Math.max(this.#peakMb[target], report.peakRssMb);
    if (report.cpuMs <= (this.#slowest?.report.cpuMs ?? 0)) return;
    const bytes = input.parts.reduce((sum, { length }) => sum + length, 0);
    this.#slowest = {
      report,
      what: `${input.surface} of ${bytes} bytes, ${input.syntax} -> ${report.outcome}`,
    };
  }

  get cases(): number {
    return this.#cases;
  }

  /** What of the run as a whole must not be, in words; undefined when all is well. */
  get complaint(): string | undefined {
    const uploads = [...this.#outcomes.values()].reduce((sum, by) => sum + (by.get('upload') ?? 0), 0);
    const without = this.#outcomes.get(unanswered)?.get('upload') ?? 0;
    if (without === 0) return undefined;
    if (without === uploads) return `None of ${uploads} uploads got an answer by HTTP.`;
    // In a short run one alone may be more than that.
    if (without === 1 || without <= uploads * mostUnanswered) return undefined;
    return `${without} of ${uploads} uploads got no answer by HTTP.`;
  }

  /** A table for people. */
  text(restMb: Readonly<Record<'plain' | 'service', number>>): string {
    const seconds = (performance.now() - this.#start) / 1000;
    const rows = [...this.#outcomes]
      .map(([outcome, by]) => ({ outcome, by, total: [...by.values()].reduce((a, b) => a + b, 0) }))
      .sort((a, b) => b.total - a.total)
      .map(({ outcome, by, total }) => {
        const surfaces = [...by].map(([surface, count]) => `${surface} ${count}`).join(', ');
        return `  ${String(total).padStart(7)}  ${outcome.padEnd(30)} ${surfaces}`;
      });
    const { report, what = '' } = this.#slowest ?? {};
    return [
      `${this.#cases} cases in ${seconds.toFixed(0)} s, ${(this.#cases / seconds).toFixed(1)} a second`,
      ...rows,
      ...(['plain', 'service'] as const).map(
        (target) =>
          `Most memory, ${target}: ${this.#peakMb[target].toFixed(0)} MB (${restMb[target].toFixed(0)} MB at rest)`,
      ),
      `Slowest: ${report?.cpuMs.toFixed(0) ?? 0} ms CPU, ${report?.wallMs.toFixed(0) ?? 0} ms wall: ${what}`,
    ].join('\n');
  }
}
