import { codeSystem } from './code-system.ts';
import { namingSystems } from './naming-systems.ts';
import { operationDefinition } from './operation-definition.ts';

/** The types that are served, with the search parameters of each (FHIR R4) and their kind. */
export const servedTypes = {
  CodeSystem: { _id: 'token', url: 'uri' },
  NamingSystem: { _id: 'token', value: 'string' },
  OperationDefinition: { _id: 'token', url: 'uri' },
} as const;
export type ServedType = keyof typeof servedTypes;
export type Definition = (fhir4.CodeSystem | fhir4.NamingSystem | fhir4.OperationDefinition) & { id: string };

/** Every definition that is served for reading, all with an id. */
export function servedDefinitions(fhirBase: string): readonly Definition[] {
  return [codeSystem(fhirBase), ...namingSystems(fhirBase), operationDefinition(fhirBase)] as Definition[];
}

/** Whether a definition matches a search parameter of its type, by the kind of the parameter. */
export function matches(definition: Definition, parameter: string, value: string): boolean {
  if (parameter === '_id') return definition.id === value;
  if (definition.resourceType !== 'NamingSystem') return definition.url === value;
  // NamingSystem has no url in R4; a string parameter compares the beginning, in any case (3.1.1.4.8).
  const start = value.toLowerCase();
  return definition.uniqueId.some((one) => one.value.toLowerCase().startsWith(start));
}
