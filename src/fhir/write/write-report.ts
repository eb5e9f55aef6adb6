import { LobarError } from '../../errors.ts';
import type { BuiltBundle } from '../build-bundle.ts';
import type { CallOptions } from '../connection/open-fhir-connection.ts';
import type { EhrClient } from '../open-ehr.ts';
import type { Run } from '../report-context.ts';
import { reportToWrite } from './report-to-write.ts';
import { ReportWriting, type WrittenReport } from './report-writing.ts';

/** Looks at most; others that keep writing the same report are not waited for longer. */
const mostRounds = 30;

/**
 * Looks what the EHR holds of a report, decides by it (`nextStep`), does that, and looks again, until the EHR
 * holds the report once. A write that failed is never just sent again: it may have been carried out and its
 * answer lost, and a human may have finalised the report since. Only where the EHR itself cannot hold it
 * twice (put-id) a write that succeeded is the end.
 *
 * @throws LobarError `report-finalised`; `write-mode-unavailable`; `ehr-outcome-unknown` once any write broke
 *   off, whatever came later; else what FhirConnection throws
 */
export async function writeReport(
  ehr: EhrClient,
  built: BuiltBundle,
  run: Run,
  call: CallOptions,
): Promise<WrittenReport> {
  const writing = new ReportWriting(ehr, reportToWrite(built, run), await ehr.writeMode(call), call);
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
