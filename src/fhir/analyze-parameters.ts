import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { isUid } from '../uid.ts';
import { codes } from './codes.ts';
import { operationInputs, operationPath } from './definitions/operation-definition.ts';
import { localId } from './local-id.ts';
import { patientSystems } from './patient-identifier.ts';

/** What the Parameters of $analyze-chest-ct say. */
export interface AskedAnalysis {
  /** StudyInstanceUID. */
  readonly study?: string;
  /** Accession number. */
  readonly accession?: string;
  /** `ServiceRequest/<id>` */
  readonly serviceRequest?: string;
  readonly patient?: { readonly system?: string; readonly value: string };
  /** SeriesInstanceUID. */
  readonly series?: string;
  readonly publish: boolean | 'dry-run';
  readonly pacs?: string;
  readonly ehr?: string;
  /** Id of the Task. */
  readonly task?: string;
}

export type EhrSystems = Pick<
  EhrConfig,
  'url' | 'patientIdentifierSystem' | 'issuerSystems' | 'accessionSystem'
>;

/** A parameter that was given: its value, and the FHIRPath of that. */
interface Given {
  readonly name: InputName;
  readonly value: unknown;
  readonly path: string;
}
type InputName = (typeof operationInputs)[number]['name'];

/**
 * Reads a Parameters resource exactly as the OperationDefinition says; what it does not say is refused.
 *
 * @param ehrNamed - the EHR of that name, or the default one; undefined where none is configured
 * @throws LobarError `request-invalid`, `identifier-system-unknown`, with the FHIRPath of the mistake as
 *   `details.expression`; what `ehrNamed` throws
 */
export function readAnalyzeParameters(
  parameters: unknown,
  ehrNamed: (name: string | undefined) => EhrSystems | undefined,
): AskedAnalysis {
  const given = givenParameters(parameters);
  const read = <Value>(name: InputName, as: (one: Given) => Value): Value | undefined => {
    const one = given.get(name);
    return one === undefined ? undefined : as(one);
  };
  const ehrName = read('ehr', endpointName);
  const ehr = ehrNamed(ehrName);
  const asked = {
    study: read('study', dicomUid),
    accession: read('accession', (one) => accession(one, ehr)),
    serviceRequest: read(
      'serviceRequest',
      (one) => `ServiceRequest/${reference(one, 'ServiceRequest', ehr)}`,
    ),
    patient: read('patient', (one) => patient(one, ehr)),
    series: read('series', dicomUid),
    publish: read('publish', publishMode) ?? true,
    pacs: read('pacs', endpointName),
    ehr: ehrName,
    task: read('task', (one) => reference(one, 'Task', ehr)),
  };
  if (asked.study === undefined && asked.accession === undefined && asked.serviceRequest === undefined) {
    throw invalid('one of study, accession and serviceRequest is needed', 'Parameters.parameter');
  }
  return Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  ) as unknown as AskedAnalysis;
}

/** Members of the resource; implicitRules would change what it means. */
const members: readonly string[] = ['resourceType', 'id', 'meta', 'language', 'parameter'];

/** The parameters by name, each once and with the one value[x] of its type. */
function givenParameters(parameters: unknown): Map<string, Given> {
  const resource = isObject(parameters) ? parameters : {};
  const list: unknown = resource['parameter'];
  if (resource['resourceType'] !== 'Parameters' || !Array.isArray(list)) {
    throw invalid('a Parameters resource with a list of parameters is needed', 'Parameters');
  }
  if (Object.keys(resource).some((member) => !members.includes(member))) {
    throw invalid(`Parameters may hold ${members.join(', ')} and nothing else`, 'Parameters');
  }
  const given = new Map<string, Given>();
  for (const [index, one] of (list as unknown[]).entries()) {
    const path = `Parameters.parameter[${index}]`;
    const { name, id: _, extension: __, ...rest } = isObject(one) ? one : {};
    const input = operationInputs.find((known) => known.name === name);
    if (input === undefined) {
      const known = operationInputs.map((one) => one.name).join(', ');
      throw invalid(`a parameter has none of the names ${known}`, `${path}.name`);
    }
    if (given.has(input.name)) throw invalid(`the parameter '${input.name}' is given twice`, path);
    const member = `value${input.type.charAt(0).toUpperCase()}${input.type.slice(1)}`;
    if (Object.keys(rest).join() !== member) {
      throw invalid(`the parameter '${input.name}' must hold ${member} and nothing else`, path);
    }
    given.set(input.name, { name: input.name, value: rest[member], path: `${path}.${member}` });
  }
  return given;
}

function endpointName({ name, value, path }: Given): string {
  if (typeof value !== 'string' || !/^[a-z0-9-]+$/.test(value)) {
    throw invalid(`'${name}' is no name of an endpoint (lower case letters, digits, hyphens)`, path);
  }
  return value;
}

function publishMode({ value, path }: Given): boolean | 'dry-run' {
  if (value === 'true') return true;
  if (value === 'false') return false;
  if (value === 'dry-run') return value;
  throw invalid("'publish' must be one of true, false, dry-run", path);
}

/** A DICOM UID, as R4 writes it in ImagingStudy.identifier. */
function dicomUid(given: Given): string {
  const { system, value } = identifier(given);
  if (system !== 'urn:dicom:uid') {
    throw systemUnknown(given, ['urn:dicom:uid']);
  }
  const uid = value.replace(/^urn:oid:/, '');
  if (uid === value || !isUid(uid)) {
    throw invalid(`the value of '${given.name}' is not urn:oid: and a UID`, `${given.path}.value`);
  }
  return uid;
}

function accession(given: Given, ehr: EhrSystems | undefined): string {
  const { system, value, type } = identifier(given);
  const codings = type?.coding;
  const isAccession = Array.isArray(codings)
    ? codings.some((one) => one?.system === codes.accession.system && one?.code === codes.accession.code)
    : type === undefined;
  if (!isAccession) {
    throw invalid(`the type of 'accession' is not ACSN of ${codes.accession.system}`, `${given.path}.type`);
  }
  const known = ehr?.accessionSystem === undefined ? [] : [ehr.accessionSystem];
  if (system !== undefined && !known.includes(system)) throw systemUnknown(given, known);
  if (value.length > 64)
    throw invalid("the value of 'accession' is longer than 64 characters", `${given.path}.value`);
  return value;
}

function patient(given: Given, ehr: EhrSystems | undefined): NonNullable<AskedAnalysis['patient']> {
  const { system, value } = identifier(given);
  const known = ehr === undefined ? [] : patientSystems(ehr);
  if (system !== undefined && !known.includes(system)) throw systemUnknown(given, known);
  return { ...(system === undefined ? {} : { system }), value };
}

interface AskedIdentifier {
  readonly system?: string;
  readonly value: string;
  readonly type?: { readonly coding?: unknown };
}

function identifier({ name, value: given, path }: Given): AskedIdentifier {
  const { system, value, type, use } = isObject(given) ? given : {};
  if (typeof value !== 'string' || value.trim() === '' || hasControls(value)) {
    throw invalid(`the Identifier '${name}' needs a value`, `${path}.value`);
  }
  if (use === 'old') throw invalid(`the Identifier '${name}' is an old one`, `${path}.use`);
  if (system !== undefined && typeof system !== 'string') {
    throw invalid(`the system of '${name}' is no text`, `${path}.system`);
  }
  if (type !== undefined && !isObject(type)) {
    throw invalid(`the type of '${name}' is no CodeableConcept`, `${path}.type`);
  }
  // Spaces around a value mean nothing (PS3.5 6.2, LO and SH; FHIR R4 string).
  return {
    value: value.trim(),
    ...(system === undefined ? {} : { system }),
    ...(type === undefined ? {} : { type }),
  };
}

/** The id that a Reference into the EHR names. */
function reference({ name, value, path }: Given, type: string, ehr: EhrSystems | undefined): string {
  if (ehr === undefined)
    throw new LobarError('publish-not-configured', {}, { details: { expression: path } });
  const given = isObject(value) ? value : {};
  const id = localId(given['reference'], type, ehr.url);
  if (id === undefined || (given['type'] !== undefined && given['type'] !== type)) {
    throw invalid(`'${name}' is not ${type}/[id] on the EHR`, `${path}.reference`);
  }
  return id;
}

function systemUnknown({ name: parameter, path }: Given, known: readonly string[]): LobarError {
  const expression = `${path}.system`;
  return new LobarError('identifier-system-unknown', { parameter, known }, { details: { expression } });
}

function invalid(problem: string, expression: string): LobarError {
  return new LobarError(
    'request-invalid',
    { problem, definition: operationPath },
    { details: { expression } },
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
