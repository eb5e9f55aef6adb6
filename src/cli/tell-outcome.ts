import type { RemoteOutcome } from '../client/analyze-remotely.ts';
import type { RemoteProblem } from '../client/remote-documents.ts';
import { type ErrorCode, errorTable, exitCode } from '../errors.ts';
import type { Terminal } from './command.ts';
import { formatAnalysis, type Truth } from './format-analysis.ts';
import { plainLine, plainLines } from './plain-text.ts';

/** A page of text, the Analysis, or the Bundle of a dry run. */
export type OutputForm = 'text' | 'json' | 'fhir';

/** Prints what a service answered. @returns the exit code */
export function tellOutcome(
  outcome: RemoteOutcome,
  form: OutputForm,
  { out, note }: Pick<Terminal, 'out' | 'note'>,
  truth?: Truth,
): number {
  if (outcome.kind === 'problem') {
    note(problemText(outcome.problem));
    return exitCodeOf(outcome.problem);
  }
  const { analysis } = outcome;
  const document = form === 'fhir' ? analysis.bundle : form === 'json' ? analysis : undefined;
  if (document !== undefined) out(`${JSON.stringify(document, null, 2)}\n`);
  // Nothing was analysed, so there is no Bundle.
  else (form === 'fhir' ? note : out)(formatAnalysis(analysis, truth));
  return analysis.outcome === 'ineligible' ? exitCode.ineligible : exitCode.done;
}

/** As the command line tells its own errors. */
function problemText({ code, detail, details = {}, requestId }: RemoteProblem): string {
  const lines = Object.entries({ ...details, ...(requestId ? { requestId } : {}) });
  const more = lines.map(([name, value]) => `\n  ${plainLine(`${name}: ${value}`)}`);
  return `${plainLines(`${code}: ${detail}`)}${more.join('')}\n`;
}

/** By the table; a code that only a newer service knows, by its status. */
function exitCodeOf({ code, status }: RemoteProblem): number {
  if (Object.hasOwn(errorTable, code)) return errorTable[code as ErrorCode].exit;
  return status >= 500 ? exitCode.upstreamFailed : exitCode.usage;
}
