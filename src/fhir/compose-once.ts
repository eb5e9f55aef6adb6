import type { Notice } from '../errors.ts';
import type { BuiltBundle } from './build-bundle.ts';
import type { CallOptions } from './connection/open-fhir-connection.ts';
import { withLateMark } from './late-mark.ts';
import type { EhrClient } from './open-ehr.ts';
import { type Present, type Store, withForms } from './presented-form.ts';
import { previousReports } from './previous-reports.ts';
import type { ReportFacts } from './report-facts.ts';
import type { TotalTime } from './within-total.ts';

/** A bundle with its documents, and what went wrong on the way to them. */
export interface Composed {
  readonly built: BuiltBundle;
  readonly warnings: readonly Notice[];
  /** It has none, as they were not there in time. */
  readonly isLate: boolean;
}

interface ToCompose {
  readonly bare: BuiltBundle;
  /** What is written where the documents are late: nothing in it refers to one. */
  readonly withoutDocument: BuiltBundle;
  readonly facts: ReportFacts;
  /** `Patient/<id>` */
  readonly patient: string;
  readonly fhirBase: string;
  readonly present: Present | undefined;
  readonly store: Store | undefined;
  /** Where a document is all that is written, the EHR holds no numbers of earlier ones. */
  readonly isAlone: boolean;
}

/** The documents of one report. Each thing is done when it is first asked for, and never again. */
export interface OnceComposed {
  /** @param mayBeLate it may be done without the documents */
  compose(mayBeLate: boolean): Promise<Composed>;
  /** Composes and stores; what was late is stored by who gets it. */
  store(): Promise<void>;
  /** What was composed; undefined where nothing was. */
  readonly composed: Promise<Composed> | undefined;
}

/** Composes and stores by the caller's time: that of the EHR stands still meanwhile. */
export function composeOnce(
  ehr: EhrClient,
  { bare, withoutDocument, facts, patient, fhirBase, present, store, isAlone }: ToCompose,
  { outside }: Pick<TotalTime, 'outside'>,
  call: CallOptions,
): OnceComposed {
  let composed: Promise<Composed> | undefined;
  let stored: Promise<void> | undefined;
  const composing = async (mayBeLate: boolean): Promise<Composed> => {
    const { previous, warnings } =
      present === undefined || isAlone
        ? { previous: [], warnings: [] }
        : await previousReports(ehr, { facts, patient, fhirBase }, call);
    const told = { ...facts, warnings: [...facts.warnings, ...warnings] };
    const resolved = { facts: told, runKey: bare.runKey, previous };
    const forms =
      present === undefined ? [] : await outside((signal) => present(resolved, signal, mayBeLate));
    if ('late' in forms) {
      const built = withLateMark(withoutDocument, fhirBase);
      return { built, warnings: [...warnings, forms.late], isLate: true };
    }
    const { presentedForm } = ehr.config;
    const built = withForms(bare, forms, { creation: facts.issuedAt, presentedForm });
    return { built, warnings, isLate: false };
  };
  const compose = (mayBeLate: boolean) => {
    composed ??= composing(mayBeLate);
    return composed;
  };
  const storing = async () => {
    const { isLate } = await compose(false);
    if (store !== undefined && !isLate) await outside(store);
  };
  return {
    compose,
    store() {
      stored ??= storing();
      return stored;
    },
    get composed() {
      return composed;
    },
  };
}
