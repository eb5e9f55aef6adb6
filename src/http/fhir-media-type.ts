import { fhirJson, json } from './negotiate.ts';

/** Values of `_format` that mean JSON (FHIR R4 http, 3.1.0.1.11). */
const jsonFormats: readonly string[] = ['json', 'text/json', json, fhirJson];

/** Whether `_format` asks for JSON of FHIR R4; its plus sign may have been sent as it is, which is a space. */
export function isJsonFormat(format: unknown): boolean {
  if (typeof format !== 'string') return false;
  const [type = ''] = format.replace(' ', '+').split(';');
  return jsonFormats.includes(type.trim().toLowerCase()) && !isOtherFhirVersion(format);
}

/** Whether a media type names a version of FHIR that is not R4 (FHIR R4 http, "FHIR Version Parameter"). */
export function isOtherFhirVersion(mediaType: string): boolean {
  return /;\s*fhirVersion=(?!"?4\.0(?:\.\d)?"?\s*(?:;|$))/i.test(mediaType);
}
