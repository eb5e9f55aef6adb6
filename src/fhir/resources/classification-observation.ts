import { classes } from '../../pipeline/types.ts';
import { codes, coding, localConcept, quantity } from '../codes.ts';
import type { ReportContext } from '../report-context.ts';
import { observation } from './observation.ts';

/** The decided class, and the three probabilities it was decided by (PIPELINE.md 4). */
export function classificationObservation(context: ReportContext): fhir4.Observation {
  const { fhirBase, ids, published } = context;
  const { decision, probabilities } = published.classification;
  return {
    ...observation(context, { id: ids.classification, slot: 'classification', code: 'classification' }),
    bodySite: { coding: [coding(codes.thorax)] },
    valueCodeableConcept: localConcept(fhirBase, `pattern-${decision}`),
    component: classes.map((name) => ({
      code: localConcept(fhirBase, `probability-${name}`, codes.probability),
      valueQuantity: quantity(probabilities[name], 'probability'),
    })),
  };
}
