/**
 * Whether a text is a UID: digits and dots, no component empty, at most 64 characters (PS3.5 9.1). A component
 * with a leading zero, which the standard forbids and old modalities write, passes: it is harmless in a path,
 * and refusing it would lose the study.
 */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^\d+(?:\.\d+)*$/.test(text);
}

/** A UID without its padding: a null (PS3.5 9.1), by some writers white space. */
export function withoutPadding(uid: string): string {
  return uid.replace(/[\0\s]+$/, '').trimStart();
}
