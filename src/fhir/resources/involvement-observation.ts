import type { RegionInvolvement } from '../../pipeline/types.ts';
import { codes, coding, type LocalCode, localConcept } from '../codes.ts';
import type { ReportContext } from '../report-context.ts';
import { lobeReferences } from './lobe-observations.ts';
import { component, involvementValue, observation } from './observation.ts';

/** Total involvement: percent of both lungs, each lung and the volumes as components, the lobes as members. */
export function involvementObservation(context: ReportContext): fhir4.Observation {
  const { involvement } = context.published;
  return {
    ...observation(context, {
      id: context.ids.involvement,
      slot: 'involvement',
      code: 'involvement-percent',
    }),
    bodySite: { coding: [coding(codes.lung)] },
    ...involvementValue(involvement.percent, involvement.lungMl),
    hasMember: lobeReferences(context),
    component: [
      lungComponent(context, 'involvement-percent-right', involvement.right),
      lungComponent(context, 'involvement-percent-left', involvement.left),
      component(context, 'lung-volume', involvement.lungMl, 'millilitre'),
      component(context, 'opacity-volume', involvement.opacityMl, 'millilitre'),
    ],
  };
}

function lungComponent(
  { fhirBase }: ReportContext,
  code: LocalCode,
  { percent, lungMl }: RegionInvolvement,
): fhir4.ObservationComponent {
  return { code: localConcept(fhirBase, code), ...involvementValue(percent, lungMl) };
}
