import { baseOf, publication } from './publication.ts';

/** The identifier systems that Lobar mints, by the last part of their URI. */
const minted = {
  'ai-report': {
    name: 'LobarAiReport',
    description: 'AI reports on a chest CT: one for a study and an algorithm, the same for all its versions.',
    usage: 'DiagnosticReport.identifier (official): StudyInstanceUID, "/", id of the algorithm.',
  },
  'ai-run': {
    name: 'LobarAiRun',
    description: 'Results of an AI analysis: one for each content that was ever published of a study.',
    usage:
      'DiagnosticReport.identifier and DocumentReference.identifier (secondary): UUIDv5 of study, series, algorithm, version and content. By it Lobar finds whether a result is published.',
  },
  'ai-document': {
    name: 'LobarAiDocument',
    description:
      'AI reports on a chest CT as documents: one for a study and an algorithm, the same for all its versions.',
    usage: 'DocumentReference.identifier (official): StudyInstanceUID, "/", id of the algorithm.',
  },
  'ai-observation': {
    name: 'LobarAiObservation',
    description: 'Observations of an AI report.',
    usage: 'Observation.identifier: the identifier of the report, "/", the place of the observation in it.',
  },
  'ai-device': {
    name: 'LobarAiDevice',
    description: 'The software that made a report, with its models and where they ran.',
    usage:
      'Device.identifier, and DocumentReference.author where no Device is written: id of the algorithm, "/", version, "/", UUIDv5 of its models.',
  },
  'ai-withdrawn': {
    name: 'LobarAiWithdrawn',
    description: 'Second copies that Lobar has withdrawn: written by several processes at the same time.',
    usage:
      'DiagnosticReport.identifier, DocumentReference.identifier and Observation.identifier (old), with status entered-in-error: the identifier of the copy that holds.',
  },
  'ai-model': {
    name: 'LobarAiModel',
    description: 'Model packages of the algorithm.',
    usage: 'Device.version.component: name of the package.',
  },
} as const;
export type MintedSystem = keyof typeof minted;

/** One NamingSystem for each identifier system that Lobar mints. */
export function namingSystems(fhirBase: string): fhir4.NamingSystem[] {
  const { status, date, publisher } = publication;
  return Object.entries(minted).map(([id, { name, description, usage }]) => ({
    resourceType: 'NamingSystem',
    id,
    name,
    status,
    kind: 'identifier',
    date,
    publisher,
    description: `${description} Research software.`,
    usage,
    uniqueId: [{ type: 'uri', value: `${baseOf(fhirBase)}/${id}`, preferred: true }],
  }));
}
