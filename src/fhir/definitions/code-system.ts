import { type LocalCode, localCodeSystem, localCodes } from '../codes.ts';
import { localCodeMeanings } from './local-code-meanings.ts';
import { baseOf, definitionsVersion, noClinicalValidity, publication } from './publication.ts';

/** Lobar's own code system: what it publishes and no standard has a code for (FHIR.md, "Codes"). */
export function codeSystem(fhirBase: string): fhir4.CodeSystem {
  const concepts = Object.entries(localCodes) as [LocalCode, string][];
  return {
    resourceType: 'CodeSystem',
    id: 'lobar-ct-chest',
    url: localCodeSystem(baseOf(fhirBase)),
    version: definitionsVersion,
    name: 'LobarCtChest',
    title: 'Lobar chest CT findings (AI, research use)',
    ...publication,
    description: `What Lobar publishes about a chest CT and no standard terminology has a code for. ${noClinicalValidity}`,
    caseSensitive: true,
    content: 'complete',
    count: concepts.length,
    concept: concepts.map(([code, display]) => ({
      code,
      display,
      definition: localCodeMeanings[code],
    })),
  };
}
