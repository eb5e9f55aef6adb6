import type { Notice } from '../../errors.ts';
import type { ChosenWriteMode } from './write-mode.ts';

/** What a report came to. */
export interface WrittenReport {
  /** The Bundle under the ids of the EHR. */
  readonly bundle: fhir4.Bundle;
  /** `DiagnosticReport/<id>`, or `DocumentReference/<id>` where that stands alone. */
  readonly report: string;
  /** The EHR held this very result before, or another process has written it at the same time. */
  readonly alreadyPublished: boolean;
  /** What was written took the place of a report that was there, of an earlier run. */
  readonly replaced: boolean;
  readonly writeMode: ChosenWriteMode;
  readonly warnings: readonly Notice[];
}
