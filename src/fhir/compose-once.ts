import type { Notice } from '../errors.ts';
import type { BuiltBundle } from './build-bundle.ts';
import type { CallOptions } from './connection/open-fhir-connection.ts';
import type { EhrClient } from './open-ehr.ts';
import { type Present, withForms } from './presented-form.ts';
import { previousReports } from './previous-reports.ts';
import type { ReportFacts } from './report-facts.ts';

/** A bundle with its documents, and what went wrong on the way to them. */
export interface Composed {
  readonly built: BuiltBundle;
  readonly warnings: readonly Notice[];
}

interface ToCompose {
  readonly bare: BuiltBundle;
  readonly facts: ReportFacts;
  /** `Patient/<id>` */
  readonly patient: string;
  readonly fhirBase: string;
  readonly present: Present | undefined;
  /** Where a document is all that is written, the EHR holds no numbers of earlier ones. */
  readonly isAlone: boolean;
}

/** Gives what composes the documents of a report when it is first called, and gives the same from then on. */
export function composeOnce(
  ehr: EhrClient,
  { bare, facts, patient, fhirBase, present, isAlone }: ToCompose,
  call: CallOptions,
): { compose(): Promise<Composed>; readonly composed: Promise<Composed> | undefined } {
  let composed: Promise<Composed> | undefined;
  const composing = async (): Promise<Composed> => {
    const { previous, warnings } =
      present === undefined || isAlone
        ? { previous: [], warnings: [] }
        : await previousReports(ehr, { facts, patient, fhirBase }, call);
    const told = { ...facts, warnings: [...facts.warnings, ...warnings] };
    const forms = (await present?.({ facts: told, runKey: bare.runKey, previous })) ?? [];
    const { presentedForm } = ehr.config;
    return { built: withForms(bare, forms, { creation: facts.issuedAt, presentedForm }), warnings };
  };
  return {
    compose() {
      composed ??= composing();
      return composed;
    },
    get composed() {
      return composed;
    },
  };
}
