import { LobarError } from '../errors.ts';
import { whatItSaid } from './classify-failure.ts';
import { expectBundle } from './search-answer.ts';

/**
 * Believes a transaction only entry by entry: as many answers as entries, each 200 or 201.
 *
 * @throws LobarError `ehr-response-invalid`, `ehr-rejected`
 */
export function checkTransactionAnswer(
  answer: unknown,
  entries: number,
  asked: { readonly ehr: string; readonly operation: string; readonly personal: readonly string[] },
): void {
  const { ehr, operation } = asked;
  const { entry = [] } = expectBundle(answer, 'transaction-response', asked);
  if (entry.length !== entries) {
    const problem = `it answered ${operation} of ${entries} entries with ${entry.length}`;
    throw new LobarError('ehr-response-invalid', { ehr, problem });
  }
  for (const [index, { response }] of entry.entries()) {
    const status = Number.parseInt(String(response?.status), 10);
    if (Number.isNaN(status)) {
      const problem = `its answer to ${operation} has no status for entry ${index}`;
      throw new LobarError('ehr-response-invalid', { ehr, problem });
    }
    if (status !== 200 && status !== 201) {
      const said = whatItSaid(response?.outcome, asked.personal);
      throw new LobarError('ehr-rejected', {
        ehr,
        status,
        operation: `entry ${index} of ${operation}`,
        said,
      });
    }
  }
}
