/** Text without the characters that a FHIR string and XML 1.0 (section 2.2) forbid. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is forbidden
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

/**
 * Whether a text from outside may be the value of an identifier: it says something, and holds nothing that FHIR
 * forbids. Taken out of it, the value would be that of something else.
 */
export function isPlainText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && plainText(text) === text;
}
