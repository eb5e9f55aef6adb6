/**
 * LOBAR_* variables as settings. The name of a variable is the path in capitals: http.port is
 * LOBAR_HTTP_PORT, limits.inFlight is LOBAR_LIMITS_IN_FLIGHT, pacs.main.url is LOBAR_PACS_MAIN_URL.
 */
import type { TSchema } from '@sinclair/typebox';
import { parseDocument } from 'yaml';

const prefix = 'LOBAR_';

/**
 * What Kubernetes puts into every pod of a namespace for its Services named "lobar" or "lobar-...": the name that a
 * setting may also have, by its value, and those that are no setting's.
 */
const linkedPort = { name: /_PORT$/, value: /^(tcp|udp|sctp):\/\// };
const serviceLink =
  /^LOBAR_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)$/;

interface Leaf {
  /** Path with `*` where the name of an endpoint stands. */
  readonly path: readonly string[];
  readonly pattern: RegExp;
  readonly isText: boolean;
}

/**
 * Writes the variables over `settings` (which is changed) and tells the ones that name no setting.
 */
export function environmentSettings(
  schema: TSchema,
  environment: Readonly<Record<string, string | undefined>>,
  settings: Record<string, unknown>,
): { mistakes: string[] } {
  // The longest path first: PACS_MAIN_OAUTH2_TOKEN_URL is not the url of a PACS named main-oauth2-token.
  const leaves = leavesOf(schema, []).sort((a, b) => b.path.length - a.path.length);
  const mistakes: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !name.startsWith(prefix)) continue;
    if (linkedPort.name.test(name) && linkedPort.value.test(value)) continue;
    const found = match(leaves, name.slice(prefix.length));
    if (found !== undefined) mistakes.push(...write(settings, name, value, found));
    else if (!serviceLink.test(name)) mistakes.push(`${name}: no such setting`);
  }
  return { mistakes };
}

function write(
  settings: Record<string, unknown>,
  name: string,
  value: string,
  { leaf, path }: { readonly leaf: Leaf; readonly path: readonly string[] },
): string[] {
  if (leaf.isText) {
    set(settings, path, value);
    return [];
  }
  const document = parseDocument(value);
  if (document.errors.length > 0) return [`${name}: is not a YAML value`];
  set(settings, path, document.toJS());
  return [];
}

function match(leaves: readonly Leaf[], name: string): { leaf: Leaf; path: string[] } | undefined {
  for (const leaf of leaves) {
    const found = leaf.pattern.exec(name);
    if (found !== null) {
      const endpoint = (found[1] ?? '').toLowerCase().replaceAll('_', '-');
      return { leaf, path: leaf.path.map((step) => (step === '*' ? endpoint : step)) };
    }
  }
  return undefined;
}

function leavesOf(schema: TSchema, path: readonly string[]): Leaf[] {
  const properties = schema['properties'] as Record<string, TSchema> | undefined;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  const named = Object.values((schema['patternProperties'] ?? {}) as Record<string, TSchema>)[0];
  if (named?.['properties'] !== undefined) return leavesOf(named, [...path, '*']);
  return [
    { path, pattern: new RegExp(`^${inCapitals(path, '(.+?)')}$`), isText: schema['type'] === 'string' },
  ];
}

/** The variable of a setting; `*` in the path is a name that the site chooses: pacs.*.url is LOBAR_PACS_<NAME>_URL. */
export function variableName(path: readonly string[]): string {
  return prefix + inCapitals(path, '<NAME>');
}

function inCapitals(path: readonly string[], name: string): string {
  return path.map((step) => (step === '*' ? name : capitals(step))).join('_');
}

/** inFlight -> IN_FLIGHT */
function capitals(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function set(settings: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    settings[head] = value;
    return;
  }
  const inner = settings[head];
  const next = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  settings[head] = next;
  set(next, rest, value);
}
