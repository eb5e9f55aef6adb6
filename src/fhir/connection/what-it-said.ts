import { conceal } from './conceal.ts';

/** The longest part of an OperationOutcome that is repeated, in characters. */
const saidLength = 300;

/**
 * The diagnostics of an OperationOutcome, cut and without what is known to identify the patient. As that is not
 * all that may, they are for the caller: `unlogged`, an option of LobarError, keeps them out of every log.
 */
export function whatItSaid(
  data: unknown,
  personal: readonly string[],
): { readonly said: string; readonly unlogged?: string } {
  const issues = issuesOf(data);
  if (issues === undefined) {
    return { said: 'it sent no OperationOutcome' };
  }
  const texts = issues.map((issue) => issue?.diagnostics ?? issue?.details?.text ?? issue?.code);
  const said = conceal(texts.filter((text) => typeof text === 'string').join('; '), personal);
  const oneLine = said.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  const cut = oneLine.slice(0, saidLength).trim();
  return cut === '' ? { said: 'its OperationOutcome is empty' } : { said: cut, unlogged: cut };
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
