/** What the published definitions have in common. Nothing here depends on the day: the same code, the same bytes. */
export const publication = {
  status: 'active',
  experimental: true,
  date: '2026-11-23',
  publisher: 'Lobar, research software',
} as const;

/** Raised by hand when a definition changes; a code keeps its meaning in every version. */
export const definitionsVersion = '0.1.0';

/** Said wherever a reader may take a definition for a promise. */
export const noClinicalValidity =
  'Values are made by software and not verified by a radiologist. The models that Lobar ships were trained on generated phantoms: research use, no clinical validity.';

/** FHIR base of the site, without the slash at its end. */
export function baseOf(fhirBase: string): string {
  return fhirBase.replace(/\/+$/, '');
}
