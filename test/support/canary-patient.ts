/** Somebody who is nobody; each text stands nowhere but in what is about this patient. */
export const somebody = {
  name: 'CANARYNAME^PATIENTINA',
  id: 'CANARYPID77',
  issuer: 'CANARYISSUER',
  birthDate: '19410213',
};
export const accessionNumber = 'CANARYACC9';
/** Of several studies. */
export const sharedNumber = 'CANARYACC5';
const canaries = [/canary/i, /patientina/i, /1941-?02-?13/, /\b2\.25\.\d{10,}/];

/** What of the patient stands in a text, each with what is around it. */
export function canariesIn(text: string): string[] {
  const hits = canaries.map((one) => one.exec(text));
  return hits.flatMap((hit) =>
    hit === null ? [] : [text.slice(Math.max(0, hit.index - 120), hit.index + 80)],
  );
}
