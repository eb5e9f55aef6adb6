import type { SeverityBand } from '../../pipeline/types.ts';
import { type Code, codes, coding, localConcept, quantity } from '../codes.ts';
import type { ReportContext } from '../report-context.ts';
import { lobeReferences } from './lobe-observations.ts';
import { observation } from './observation.ts';

/** The band in SNOMED CT; score 0 has no qualifier there. */
const standardBands: Readonly<Record<SeverityBand, readonly Code[]>> = {
  none: [],
  mild: [codes.mild],
  moderate: [codes.moderate],
  severe: [codes.severe],
};

/** The CT severity score, 0 to 25, with its band and the ranges of the bands (PIPELINE.md 6). */
export function severityObservation(context: ReportContext): fhir4.Observation {
  const { fhirBase, ids, published } = context;
  const { score, band } = published.severity;
  return {
    ...observation(context, { id: ids.severity, slot: 'severity', code: 'ct-severity-score' }),
    derivedFrom: lobeReferences(context),
    bodySite: { coding: [coding(codes.lung)] },
    valueQuantity: quantity(score, 'score'),
    referenceRange: [range(1, 5, 'mild'), range(6, 14, 'moderate'), range(15, 25, 'severe')],
    component: [
      {
        code: localConcept(fhirBase, 'severity-band'),
        valueCodeableConcept: {
          ...localConcept(fhirBase, `band-${band}`, ...standardBands[band]),
          text: band,
        },
      },
    ],
  };
}

function range(low: number, high: number, text: string): fhir4.ObservationReferenceRange {
  return { low: quantity(low, 'score'), high: quantity(high, 'score'), text };
}
