/** The schema of the configuration, section by section, as its reference tells it. */

/** What is used here of a JSON Schema; rules that only Lobar knows stand beside them. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly unit?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly format?: string;
  readonly pattern?: string;
}

export interface Setting {
  /** `*` stands for a name that the site chooses, `[]` for an entry of a list. */
  readonly path: readonly string[];
  readonly schema: SchemaNode;
  /** Has to be given where its section is. */
  readonly required: boolean;
}

export interface Section {
  readonly path: readonly string[];
  readonly schema: SchemaNode;
  readonly description: string;
  /** May be left out, and is then not there at all: it has no defaults of its own. */
  readonly optional: boolean;
  readonly settings: readonly Setting[];
}

/** The section at `path` and those within it, outermost first, in the order of the schema. */
export function sectionsOf(schema: SchemaNode, path: readonly string[] = [], optional = false): Section[] {
  const settings: Setting[] = [];
  const within: Section[] = [];
  for (const [key, one] of Object.entries(schema.properties ?? {})) {
    const at = [...path, key];
    const required = schema.required?.includes(key) === true && one.default === undefined;
    const inner = sectionAt(one, at);
    if (inner === undefined || one.type === 'array') settings.push({ path: at, schema: one, required });
    if (inner === undefined) continue;
    const [first, ...rest] = sectionsOf(inner.schema, inner.path, !required && one.default === undefined);
    if (first === undefined) continue;
    within.push({ ...first, description: one.description ?? first.description }, ...rest);
  }
  return [{ path, schema, description: schema.description ?? '', optional, settings }, ...within];
}

/** A closed object, the objects of a map, or those of a list. */
function sectionAt(
  schema: SchemaNode,
  path: readonly string[],
): { readonly schema: SchemaNode; readonly path: readonly string[] } | undefined {
  if (schema.properties !== undefined) return { schema, path };
  const named = Object.values(schema.patternProperties ?? {})[0];
  if (named?.properties !== undefined) return { schema: named, path: [...path, '*'] };
  if (schema.items?.properties !== undefined) return { schema: schema.items, path: [...path, '[]'] };
  return undefined;
}

/** pacs.<name>.url, and auth.clients[].name of a list */
export function pathInWords(path: readonly string[]): string {
  return path
    .map((step) => (step === '*' ? '<name>' : step))
    .join('.')
    .replaceAll('.[]', '[]');
}
