import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { spawnHapi } from './hapi-peer.ts';

export interface HapiIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** As FHIRPath, the type and id of a Bundle's resource in it. */
  readonly location: string;
  readonly message: string;
}

export interface ValidationOptions {
  /** A folder whose CodeSystem and ValueSet resources (*.json) are taken as known. */
  readonly definitions?: string;
  /** As of HapiOptions. */
  readonly currentTerminology?: boolean;
}

/**
 * What HAPI's validator says of each resource or file of one, in the same order: R4 core, offline. It warns of
 * codes of systems that it does not have (SNOMED CT, LOINC, RadLex).
 */
export async function validateWithHapi(
  resources: readonly (string | fhir4.FhirResource)[],
  { definitions, currentTerminology = true }: ValidationOptions = {},
): Promise<HapiIssue[][]> {
  const lines = await Promise.all(resources.map(oneLine));
  const args = [
    ...(definitions === undefined ? [] : ['--definitions', definitions]),
    ...(currentTerminology ? [] : ['--r4-terminology']),
  ];
  const child = spawnHapi('lobar.hapi.Validate', args, ['pipe', 'pipe', 'pipe']);
  if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('no pipes');
  // What goes wrong with it is said when it ends.
  child.stdin.on('error', () => {}).end(lines.join('\n'));
  const ended = once(child, 'exit');
  const [answer, log, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`HAPI's validator ended with code ${code}: ${log.slice(-2000)}`);
  const results = answer.trim().split('\n');
  if (results.length !== lines.length)
    throw new Error(`${results.length} answers to ${lines.length} resources`);
  return results.map((line) => (JSON.parse(line) as { issues: HapiIssue[] }).issues);
}

/** A line break in JSON is white space wherever it is. */
async function oneLine(resource: string | fhir4.FhirResource): Promise<string> {
  if (typeof resource !== 'string') return JSON.stringify(resource);
  return (await readFile(resource, 'utf8')).replaceAll(/[\r\n]+/g, ' ');
}
