/**
 * For schemas of this repository that are compiled once at start: they are right, which strict mode sees to and, for
 * the check against the meta-schema, itself a schema to compile, test/compiled-once.test.ts; and to make the code of a validator
 * shorter takes longer than running it a few times.
 */
export const compiledOnce = { validateSchema: false, code: { optimize: false } } as const;
