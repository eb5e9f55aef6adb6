import { LobarError } from '../../errors.ts';
import type { CallOptions } from '../connection/open-fhir-connection.ts';
import type { EhrClient } from '../open-ehr.ts';
import { DocumentWriting } from './document-writing.ts';
import type { ReportToCompose } from './report-to-write.ts';
import { ReportWriting } from './report-writing.ts';
import type { ChosenWriteMode } from './write-mode.ts';
import type { WrittenReport } from './written-report.ts';

/** Looks at most; others that keep writing the same report are not waited for longer. */
const mostRounds = 30;

/**
 * Looks what the EHR holds of a report, decides by it (`nextStep`, `nextDocumentStep`), does that, and looks again, until the EHR
 * holds the report once. A write that failed is never just sent again: it may have been carried out and its
 * answer lost, and a human may have finalised the report since. Only where the EHR itself cannot hold it
 * twice (put-id) a write that succeeded is the end.
 *
 * @throws LobarError `report-finalised`; what composing throws; `ehr-outcome-unknown` once any write broke
 *   off, whatever came later; else what FhirConnection throws
 */
export async function writeReport(
  ehr: EhrClient,
  toCompose: ReportToCompose,
  chosen: ChosenWriteMode,
  call: CallOptions,
): Promise<WrittenReport> {
  const Writing = chosen.mode === 'document' ? DocumentWriting : ReportWriting;
  const writing = new Writing(ehr, toCompose, chosen, call);
  try {
    for (let round = 1; round <= mostRounds; round += 1) {
      if (await writing.lookAndAct()) return writing.result();
    }
  } catch (error) {
    const isFinalised = error instanceof LobarError && error.code === 'report-finalised';
    if (writing.brokeOff === undefined || isFinalised) throw error;
    throw new LobarError(
      'ehr-outcome-unknown',
      { ehr: ehr.name, problem: writing.brokeOff },
      { cause: error },
    );
  }
  const problem = 'others keep writing the same report';
  throw new LobarError('ehr-outcome-unknown', { ehr: ehr.name, problem });
}
