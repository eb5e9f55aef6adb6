import type { BuiltBundle } from '../build-bundle.ts';
import type { Identifier } from '../connection/open-fhir-connection.ts';
import type { Run } from '../report-context.ts';

/** A resource of a report, whose name, `Type/id`, is that of the Bundle as it was built. */
export interface Part<Resource extends fhir4.FhirResource = fhir4.FhirResource> {
  readonly name: string;
  readonly resource: Resource;
  readonly fullUrl: string;
  /** By which any EHR finds it, whatever id it gave it; Provenance has none in R4. */
  readonly identifier: Identifier | undefined;
}

/** A report as it was built, in its parts, each before those that refer to it. */
export interface ReportToWrite {
  readonly run: Run;
  /** Base URI of the identifier systems. */
  readonly fhirBase: string;
  readonly bundle: fhir4.Bundle;
  readonly parts: readonly Part[];
  readonly device: Part;
  readonly observations: readonly Part[];
  readonly report: Part;
  /** The DocumentReference that goes with the report, where config asks for one. */
  readonly document: Part | undefined;
  readonly provenance: Part;
}

/** A report that is to be written, whose documents are made only once it is. */
export interface ReportToCompose {
  readonly run: Run;
  readonly bare: BuiltBundle;
  /** The same with its documents; asked again, it gives the same. Without them where they may be late, and are. */
  readonly complete: (
    mayBeLate: boolean,
  ) => Promise<{ readonly built: BuiltBundle; readonly isLate: boolean }>;
  /** It has none. */
  readonly isComposed: boolean;
  /** Stores elsewhere what is to be there before the report. */
  readonly store: () => Promise<void>;
  /** There is nothing to store. */
  readonly isStored: boolean;
  /** Where the EHR holds it without its documents, they are added: to any, or to one that has the mark of it. */
  readonly attachesLate: 'always' | 'marked' | 'never';
}

export function reportToWrite({ bundle }: BuiltBundle, run: Run): ReportToWrite {
  const parts = (bundle.entry ?? []).flatMap(({ resource, fullUrl = '' }) =>
    resource === undefined ? [] : [partOf(resource as fhir4.FhirResource, fullUrl)],
  );
  const ofType = (type: string) => parts.filter(({ resource }) => resource.resourceType === type);
  return {
    run,
    fhirBase: run.system.slice(0, run.system.lastIndexOf('/')),
    bundle,
    parts,
    device: only(ofType('Device')),
    observations: ofType('Observation'),
    report: only(ofType('DiagnosticReport')),
    document: ofType('DocumentReference')[0],
    provenance: only(ofType('Provenance')),
  };
}

export function partOf<Resource extends fhir4.FhirResource>(
  resource: Resource,
  fullUrl: string,
): Part<Resource> {
  const identifiers =
    'identifier' in resource && Array.isArray(resource.identifier) ? resource.identifier : [];
  const { system, value } = identifiers[0] ?? {};
  const identifier = value === undefined ? undefined : { system, value };
  return { name: `${resource.resourceType}/${resource.id}`, resource, fullUrl, identifier };
}

function only(parts: readonly Part[]): Part {
  const [part] = parts;
  if (part === undefined || parts.length > 1) throw new Error('the Bundle does not hold one of each');
  return part;
}
