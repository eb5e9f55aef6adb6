import type { AuditedIdentity } from '../../fhir/audit/audit-entry.ts';

/** What a client may do; `analyze` includes `read`. */
export type Grant = 'analyze' | 'read';
/** What a route needs. */
export type RouteScope = Grant | 'public';

/** Who asks. */
export interface Client {
  /** The same for the same client, and for no other: for fairness. It may name a person, so it is never logged. */
  readonly id: string;
  /** By what it is known; `none`: by its address only. */
  readonly kind: 'none' | 'bearer' | 'certificate';
  readonly grants: readonly Grant[];
  /** Who it is, for the audit. */
  readonly identity?: AuditedIdentity | undefined;
}

/** Who has shown nothing. */
export function unknownClient(address: string, grants: readonly Grant[] = []): Client {
  return { id: `address ${address}`, kind: 'none', grants };
}

export function mayUse({ grants }: Client, scope: RouteScope): boolean {
  if (scope === 'public') return true;
  return grants.includes('analyze') || grants.includes(scope);
}
