import { inspectStudy } from '../analysis/inspect-study.ts';
import type { Inspection } from '../analysis/inspection.ts';
import { pacsSource } from '../analysis/pacs-source.ts';
import type { Config } from '../config-schema.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { exitCode } from '../errors.ts';
import { judgeOne } from '../watch/judge-one.ts';
import { rulesOf } from '../watch/rules.ts';
import type { Terminal } from './command.ts';
import { formatInspection } from './format-inspection.ts';
import { formatJudgement } from './format-watch.ts';

/**
 * The rule tester: what every rule of the watch says of a study, and beside it what an analysis would make of it,
 * as a study may pass the rules and have no series that may be analysed.
 *
 * @returns 0 where it would be enqueued and analysed, else 3
 * @throws LobarError `study-not-found`, `request-invalid`, and what the PACS fails with
 */
export async function explainStudy(
  pacs: PacsClient,
  studyUid: string,
  config: Config,
  terminal: Terminal,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const { study, ...judgement } = await judgeOne(pacs, studyUid, rulesOf(config), {
    stability: 'unknown',
    now: Date.now(),
    signal,
    thoroughly: true,
  });
  const inspection = await inspectStudy(
    pacsSource(pacs, studyUid, config.limits),
    undefined,
    config.eligibility,
    signal,
    config.limits,
  );
  terminal.out(
    json
      ? `${JSON.stringify({ study, ...judgement, inspection }, null, 2)}\n`
      : `${formatJudgement(study, judgement)}\nThe analysis itself, by lobar inspect:\n${formatInspection(inspection)}`,
  );
  return isDone(judgement.decision, inspection) ? exitCode.done : exitCode.ineligible;
}

function isDone(decision: string, { outcome }: Inspection): boolean {
  return decision === 'eligible' && outcome === 'eligible';
}
