import { coding, lobeCodes } from '../codes.ts';
import type { ReportContext } from '../report-context.ts';
import { component, involvementValue, observation } from './observation.ts';

/** One observation a lobe: percent affected, and as components the lobe's score and volumes. */
export function lobeObservations(context: ReportContext): fhir4.Observation[] {
  return context.published.involvement.lobes.map((lobe, index) => {
    const { snomed, radlex, name } = lobeCodes[lobe.lobe];
    return {
      ...observation(context, {
        id: context.ids.lobes[index] as string,
        slot: `lobe-${lobe.lobe.toLowerCase()}`,
        code: 'involvement-percent',
      }),
      bodySite: { coding: [coding(snomed), coding(radlex)], text: name },
      ...involvementValue(lobe.percent, lobe.lungMl),
      component: [
        component(context, 'lobe-score', lobe.score, 'score'),
        component(context, 'lung-volume', lobe.lungMl, 'millilitre'),
        component(context, 'opacity-volume', lobe.opacityMl, 'millilitre'),
      ],
    };
  });
}

/** References to the five lobe observations. */
export function lobeReferences({ ids }: ReportContext): fhir4.Reference[] {
  return ids.lobes.map((id) => ({ reference: `Observation/${id}` }));
}
