import { conceal } from './conceal.ts';

/** The longest part of an OperationOutcome that is repeated, in characters. */
const saidLength = 300;

/** The diagnostics of an OperationOutcome, cut and without what identifies the patient. */
export function whatItSaid(data: unknown, personal: readonly string[]): string {
  const issues = issuesOf(data);
  if (issues === undefined) {
    return 'it sent no OperationOutcome';
  }
  const texts = issues.map((issue) => issue?.diagnostics ?? issue?.details?.text ?? issue?.code);
  const said = conceal(texts.filter((text) => typeof text === 'string').join('; '), personal);
  const oneLine = said.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return oneLine.slice(0, saidLength) || 'its OperationOutcome is empty';
}

/** Whether it is an OperationOutcome that tells a failure (issue-severity error or fatal). */
export function tellsFailure(data: unknown): boolean {
  return issuesOf(data)?.some((issue) => ['error', 'fatal'].includes(issue?.severity ?? '')) ?? false;
}

/** Text from outside: any of its issues may be anything. */
function issuesOf(data: unknown): readonly (Partial<fhir4.OperationOutcomeIssue> | null)[] | undefined {
  const outcome = data as Partial<fhir4.OperationOutcome> | null | undefined;
  const isOutcome = outcome?.resourceType === 'OperationOutcome' && Array.isArray(outcome.issue);
  return isOutcome ? outcome.issue : undefined;
}
