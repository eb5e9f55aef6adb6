import { LobarError } from '../../errors.ts';
import { expectBundle } from './expect-answer.ts';
import { tellsFailure, whatItSaid } from './what-it-said.ts';

/**
 * Believes a transaction only entry by entry: as many answers as entries, each 200 or 201 without an outcome
 * of errors. A server that refuses one entry and applies the others has not understood "transaction": what it
 * holds now is not known.
 *
 * @throws LobarError `ehr-response-invalid`
 */
export function checkTransactionAnswer(
  answer: unknown,
  entries: number,
  asked: { readonly ehr: string; readonly operation: string; readonly personal: readonly string[] },
): fhir4.Bundle {
  const { ehr, operation } = asked;
  const bundle = expectBundle(answer, 'transaction-response', { ...asked, write: true });
  const { entry = [] } = bundle;
  if (entry.length !== entries) {
    const problem = `it answered ${operation} of ${entries} entries with ${entry.length}`;
    throw new LobarError('ehr-response-invalid', { ehr, problem, write: true });
  }
  for (const [index, { response }] of entry.entries()) {
    const status = Number.parseInt(String(response?.status), 10);
    if (Number.isNaN(status)) {
      const problem = `its answer to ${operation} has no status for entry ${index}`;
      throw new LobarError('ehr-response-invalid', { ehr, problem, write: true });
    }
    if ((status !== 200 && status !== 201) || tellsFailure(response?.outcome)) {
      const { said, ...words } = whatItSaid(response?.outcome, asked.personal);
      const problem = `it refused entry ${index} of ${operation} alone (HTTP ${status}: ${said}), which is all or nothing`;
      throw new LobarError('ehr-response-invalid', { ehr, problem, write: true }, words);
    }
  }
  return bundle;
}
