import type { WriteMode } from '../../config-endpoints.ts';
import type { EhrConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';

/** How an EHR is written to, and why so: for the log and the answer. */
export interface ChosenWriteMode {
  readonly mode: WriteMode;
  readonly because: string;
}

type Offered = fhir4.CapabilityStatementRestResource;

/** Something that a server has to offer for a type, in the words of the CapabilityStatement. */
interface Need {
  readonly name: string;
  readonly isMet: (resource: Partial<Offered>) => boolean;
}

const interaction = (code: Offered['interaction'] extends (infer One)[] | undefined ? One : never): Need => ({
  name: code.code,
  isMet: ({ interaction: offered }) =>
    Array.isArray(offered) && offered.some((one) => one?.code === code.code),
});
const flag = (name: 'updateCreate' | 'conditionalUpdate' | 'conditionalCreate'): Need => ({
  name,
  isMet: (resource) => resource[name] === true,
});
const create = interaction({ code: 'create' });
const update = interaction({ code: 'update' });
const search = interaction({ code: 'search-type' });

interface Demands {
  readonly mode: WriteMode;
  readonly transaction: boolean;
  /** Of Device, Observation and DiagnosticReport, and of DocumentReference, which have identifiers. */
  readonly identified: readonly Need[];
  /** Of Provenance, which has none in R4; undefined where a DocumentReference is all that is written. */
  readonly provenance: readonly Need[] | undefined;
  /** What the server says that it takes. */
  readonly takes: string;
}

/** From the one that cannot write twice to the one that has to look for what it wrote twice. */
const demands: readonly Demands[] = [
  {
    mode: 'put-id',
    transaction: true,
    identified: [update, flag('updateCreate'), search],
    provenance: [update, flag('updateCreate')],
    takes: 'PUT of new ids (updateCreate) in transactions',
  },
  {
    mode: 'conditional-update',
    transaction: true,
    identified: [update, flag('conditionalUpdate'), search],
    provenance: [create],
    takes: 'conditional updates in transactions',
  },
  {
    mode: 'conditional-create',
    transaction: true,
    identified: [create, flag('conditionalCreate'), search],
    provenance: [create],
    takes: 'conditional creates in transactions',
  },
  {
    mode: 'create-and-search',
    transaction: false,
    identified: [create, search],
    provenance: [create, search],
    takes: 'create and search',
  },
];

/** For an EHR that takes nothing else. */
const documentAlone: Demands = {
  mode: 'document',
  transaction: false,
  identified: [create, search],
  provenance: undefined,
  takes: 'create and search of DocumentReference',
};

/** What config says of the documents that an EHR gets. */
export type DocumentConfig = Partial<Pick<EhrConfig, 'documentReference' | 'presentedForm'>>;

/**
 * The write mode of an EHR: the configured one, else the first that its CapabilityStatement offers for every
 * type that is written. FHIR R4 3.1.0.7.1, 3.1.0.4.3 and 3.1.0.8.1 say what each needs. A DocumentReference alone is
 * the last, and only where the EHR is to have the PDF.
 *
 * @throws LobarError `write-mode-unavailable`, with what is missing
 */
export function negotiateWriteMode(
  ehr: string,
  configured: EhrConfig['writeMode'],
  statement: fhir4.CapabilityStatement,
  { documentReference = false, presentedForm = [] }: DocumentConfig = {},
): ChosenWriteMode {
  if (configured !== 'auto') return configuredWriteMode(ehr, configured);
  // Why each better mode was passed over: one reason a mode, told once.
  const but = new Set<string>();
  let missing: readonly string[] = [];
  for (const { takes, mode, ...needs } of demands) {
    missing = missingIn(statement, needs, documentReference);
    const [reason] = missing;
    if (reason === undefined) {
      const because = `EHR '${ehr}' says that it takes ${takes}${but.size > 0 ? ', but ' : ''}${[...but].join(', ')}`;
      return { mode, because };
    }
    but.add(`no ${reason}`);
  }
  const reason = `not even create and search: no ${missing.join(', no ')}`;
  const takesDocuments = missingIn(statement, documentAlone, true).length === 0;
  if (takesDocuments && (documentReference || presentedForm.includes('pdf'))) {
    return {
      mode: 'document',
      because: `EHR '${ehr}' says that it takes ${documentAlone.takes}, but ${reason}`,
    };
  }
  const remedy = takesDocuments
    ? `. It takes documents alone, for which ehr.${ehr}.presentedForm has to have pdf`
    : '';
  const problem = `its CapabilityStatement offers ${reason}${remedy}`;
  throw new LobarError('write-mode-unavailable', { ehr, problem });
}

/** A configured mode asks nobody. */
export function configuredWriteMode(ehr: string, mode: WriteMode): ChosenWriteMode {
  return { mode, because: `ehr.${ehr}.writeMode is configured` };
}

/** What is missing, with the types that lack it: `updateCreate (Device, Provenance)`. */
function missingIn(
  statement: fhir4.CapabilityStatement,
  { transaction, identified, provenance }: Pick<Demands, 'transaction' | 'identified' | 'provenance'>,
  documentReference: boolean,
): string[] {
  const rests: readonly unknown[] = Array.isArray(statement.rest) ? statement.rest : [];
  const server = rests.find((one) => (one as { mode?: unknown } | null)?.mode === 'server') as
    | Partial<fhir4.CapabilityStatementRest>
    | undefined;
  const types: Partial<Offered>[] = Array.isArray(server?.resource) ? server.resource : [];
  const whole = Array.isArray(server?.interaction) ? server.interaction : [];

  const lacking = new Map<string, string[]>();
  const ofReport =
    provenance === undefined
      ? {}
      : { Device: identified, Observation: identified, DiagnosticReport: identified, Provenance: provenance };
  const ofDocument = documentReference ? { DocumentReference: identified } : {};
  for (const [type, needs] of Object.entries({ ...ofReport, ...ofDocument })) {
    const offered = types.find((one) => one?.type === type) ?? {};
    for (const { name, isMet } of needs) {
      if (!isMet(offered)) lacking.set(name, [...(lacking.get(name) ?? []), type]);
    }
  }
  return [
    ...(transaction && !whole.some((one) => one?.code === 'transaction') ? ['transaction'] : []),
    ...[...lacking].map(([name, of]) => `${name} (${of.join(', ')})`),
  ];
}
