import { baseOf, definitionsVersion, noClinicalValidity, publication } from './publication.ts';

type Parameter = fhir4.OperationDefinitionParameter;

const hl7 = 'http://hl7.org/fhir/StructureDefinition';

/** The operation as it is named in addresses, without its `$`. */
export const operationCode = 'analyze-chest-ct';

/** Where the service says what it takes. */
export const operationPath = `/fhir/OperationDefinition/${operationCode}`;

interface Input {
  readonly name: string;
  readonly type: string;
  readonly documentation: string;
  readonly targetProfile?: readonly string[];
}

/** Its parameters, each at most once: what is documented here is what is read, and nothing else. */
export const operationInputs = [
  {
    name: 'study',
    type: 'Identifier',
    documentation:
      'The study by its StudyInstanceUID: system urn:dicom:uid, value urn:oid: and the UID. At least one of study, accession and serviceRequest is needed; of several, study decides which images are read, then accession.',
  },
  {
    name: 'accession',
    type: 'Identifier',
    documentation:
      'The accession number. A type, if given, is ACSN of v2-0203; a system, if given, is the one configured for the EHR. Beside study it overrules the accession number of the images; alone, the one study of that number is looked for in the PACS.',
  },
  {
    name: 'serviceRequest',
    type: 'Reference',
    targetProfile: [`${hl7}/ServiceRequest`],
    documentation:
      'The order, as ServiceRequest/[id] on the EHR: the report is based on it, if it is of the same patient and study. Alone, its accession number or study is looked for in the PACS.',
  },
  {
    name: 'patient',
    type: 'Identifier',
    documentation:
      'The patient who is meant. A system, if given, is one of those configured for the EHR. When the images are of another patient, nothing is published.',
  },
  {
    name: 'series',
    type: 'Identifier',
    documentation:
      'Analyse this series, written like study. Left out, the best eligible series of the study is chosen.',
  },
  {
    name: 'publish',
    type: 'code',
    documentation:
      'true (the default): write to the EHR. false: findings only. dry-run: build the Bundle against the EHR, write nothing.',
  },
  {
    name: 'pacs',
    type: 'string',
    documentation: 'The PACS, by its name in the configuration of the service; the first one by default.',
  },
  {
    name: 'ehr',
    type: 'string',
    documentation: 'The EHR, by its name in the configuration of the service; the first one by default.',
  },
  {
    name: 'task',
    type: 'Reference',
    targetProfile: [`${hl7}/Task`],
    documentation:
      'A Task, as Task/[id] on the EHR, whose status follows the analysis: requested, received, accepted or ready; in-progress; then completed, with the report as output if one was published, or failed, with the reason. A study in which nothing may be analysed is failed. A Task that is completed stays as it is; any other is refused. When the images are of another patient than it is for, nothing is published.',
  },
] as const satisfies readonly Input[];

/** Analyse a chest CT, asked for in FHIR: the same work as POST /v1/analyses. */
export function operationDefinition(fhirBase: string): fhir4.OperationDefinition {
  return {
    resourceType: 'OperationDefinition',
    id: operationCode,
    url: operationUrl(fhirBase),
    version: definitionsVersion,
    name: 'AnalyzeChestCt',
    title: 'Analyse a chest CT (AI, research use)',
    kind: 'operation',
    ...publication,
    description: `Fetches a chest CT from the PACS, analyses it and publishes what was found to the EHR. Sending it again is harmless: the same result is written once. ${noClinicalValidity}`,
    affectsState: true,
    code: operationCode,
    comment:
      'POST only, JSON only. Parameters that are not listed here are refused. What fails is answered as OperationOutcome with its HTTP status.',
    system: true,
    type: false,
    instance: false,
    parameter: [
      ...operationInputs.map((input): Parameter => {
        const { name, type, documentation, ...more } = input;
        const target = 'targetProfile' in more ? { targetProfile: [...more.targetProfile] } : {};
        return { name, use: 'in', min: 0, max: '1', documentation, type, ...target };
      }),
      {
        name: 'return',
        use: 'out',
        min: 1,
        max: '1',
        documentation:
          'The answer itself, not wrapped in Parameters (FHIR R4 operations, 3.2.0.4): the Bundle that was written, or would be; for a study in which nothing may be analysed an OperationOutcome with the reasons, severity information, HTTP 200.',
        type: 'Resource',
      },
    ],
  };
}

export function operationUrl(fhirBase: string): string {
  return `${baseOf(fhirBase)}/OperationDefinition/${operationCode}`;
}
