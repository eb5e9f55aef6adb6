/** Scopes of SMART App Launch 2.2 ("Scopes and Launch Context"), and of version 1. */

/** What is done with one type of resource. */
export interface ScopeNeed {
  readonly type: string;
  /** Of c(reate), r(ead), u(pdate), d(elete), s(earch), in this order. */
  readonly operations: string;
  /** Asked for, but done without where it is not granted: only some requests need it. */
  readonly isOptional?: true;
}

const everything = 'cruds';
/** What a permission of version 1 is in version 2. */
const versionOne: ReadonlyMap<string, string> = new Map([
  ['read', 'rs'],
  ['write', 'cud'],
  ['*', everything],
]);

/** What to ask for: `system/Observation.crus`, or for v1 `system/Observation.read system/Observation.write`. */
export function scopesFor(needs: readonly ScopeNeed[], version: 'v1' | 'v2'): string[] {
  const scopes = needs.flatMap(({ type, operations }) => {
    if (version === 'v2') return [`system/${type}.${operations}`];
    const read = /[rs]/.test(operations) ? [`system/${type}.read`] : [];
    return /[cud]/.test(operations) ? [...read, `system/${type}.write`] : read;
  });
  return [...new Set(scopes)];
}

/**
 * Those of `asked` that are not granted, by whatever names: an issuer may answer with a wildcard, with more
 * letters, with several scopes for one, or in the other version. One that is narrowed by a query grants less.
 */
export function missingScopes(asked: readonly string[], granted: readonly string[]): string[] {
  const permissions = granted.flatMap((scope) => permissionOf(scope) ?? []);
  return asked.filter((scope) => {
    if (granted.includes(scope)) return false;
    const wanted = permissionOf(scope);
    if (wanted === undefined) return true;
    const held = permissions
      .filter(({ type }) => type === wanted.type || type === '*')
      .map(({ operations }) => operations)
      .join('');
    return ![...wanted.operations].every((one) => held.includes(one));
  });
}

/** Of a scope on resources; `undefined` for any other, and for one with a query. */
function permissionOf(scope: string): ScopeNeed | undefined {
  const [, type, permission = ''] = /^system\/([A-Za-z]+|\*)\.([a-z]+|\*)$/.exec(scope) ?? [];
  if (type === undefined) return undefined;
  const operations = versionOne.get(permission) ?? (/^[cruds]+$/.test(permission) ? permission : '');
  return operations === '' ? undefined : { type, operations };
}
