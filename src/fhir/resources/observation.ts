import { codes, coding, type LocalCode, localConcept, quantity, type UnitName } from '../codes.ts';
import { identifierValue, reportKey, type Slot } from '../keys.ts';
import type { ReportContext } from '../report-context.ts';
import { aiLabel, effective, orderReference, studyReference, subject } from './references.ts';

/** What every observation of a report has in common; preliminary, as no human has read it. */
export function observation(
  context: ReportContext,
  what: { readonly id: string; readonly slot: Slot; readonly code: LocalCode },
): fhir4.Observation {
  const { facts, fhirBase, ids } = context;
  return {
    resourceType: 'Observation',
    id: what.id,
    ...aiLabel(context),
    identifier: [
      { system: `${fhirBase}/ai-observation`, value: identifierValue(reportKey(facts), what.slot) },
    ],
    ...orderReference(context),
    partOf: [studyReference(context)],
    status: 'preliminary',
    category: [{ coding: [coding(codes.imaging)] }],
    code: localConcept(fhirBase, what.code),
    ...subject(context),
    ...effective(context),
    issued: facts.issuedAt,
    device: { reference: `Device/${ids.device}` },
    derivedFrom: [studyReference(context)],
  };
}

/** A component with a quantity. */
export function component(
  { fhirBase }: ReportContext,
  code: LocalCode,
  value: number,
  unit: UnitName,
): fhir4.ObservationComponent {
  return { code: localConcept(fhirBase, code), valueQuantity: quantity(value, unit) };
}

/**
 * The share of a region that is affected: a percentage, or the reason why there is none. 0 mL of lung has no
 * percentage, and a published "0 %" would read as "healthy".
 */
export function involvementValue(
  percent: number,
  lungMl: number,
): Pick<fhir4.Observation, 'valueQuantity' | 'dataAbsentReason'> {
  return lungMl > 0
    ? { valueQuantity: quantity(percent, 'percent') }
    : { dataAbsentReason: { coding: [coding(codes.notApplicable)], text: 'no lung found in this region' } };
}
