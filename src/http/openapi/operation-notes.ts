import type { AnsweredCode } from './answered-errors.ts';
import type { ErrorFace } from './error-responses.ts';

declare module 'fastify' {
  interface FastifySchema {
    readonly [notesKey]?: OperationNotes;
  }
}

/** Where the notes stand in the schema of a route; nothing of them stays in the document under this name. */
export const notesKey = 'x-lobar';

/**
 * What the OpenAPI document says of an operation beside what its route checks. It stands in the schema of the
 * route, under `x-lobar`.
 */
export interface OperationNotes {
  readonly errors: readonly AnsweredCode[];
  /** `problem` if left out. */
  readonly face?: ErrorFace;
  /** Media types of the request body, in the terms of OpenAPI, where the checks need less than the reader. */
  readonly takes?: Readonly<Record<string, object>>;
  /** Whether the request may have no body though it has a schema. */
  readonly bodyOptional?: boolean;
  /** The same as `takes` for the answer 200. */
  readonly answers?: Readonly<Record<string, object>>;
  /** And for the answer 202. */
  readonly accepted?: Readonly<Record<string, object>>;
}
