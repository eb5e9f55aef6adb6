/**
 * Every code that Lobar publishes, in one table: code system, code, display, and the public source that
 * defines it. What no standard defines lies in the local code system, `localCodes`.
 *
 * Diseases (SNOMED CT 840539006 COVID-19 and its kin) are left out on purpose: a receiver files them as a
 * diagnosis, and a pattern that software sees in an image is none.
 */
import { resultCodes } from '../pipeline/result-codes.ts';
import type { Lobe } from '../pipeline/types.ts';

export interface Code {
  readonly system: string;
  readonly code: string;
  readonly display: string;
  /** Where the meaning is defined. */
  readonly source: string;
}

const sct = 'http://snomed.info/sct';
const loinc = 'http://loinc.org';
const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
const radlex = 'http://radlex.org';
const tho = 'http://terminology.hl7.org/CodeSystem';

const sctSource = 'SNOMED CT International';
const dcmSource = 'DICOM PS3.16 Annex D';
const radlexSource = 'RSNA RadLex; system URI from HL7 Terminology, CodeSystem RadLex';

// biome-ignore format: a table reads best with one row a code
export const codes = {
  // What kind of document and observation this is
  ctChest: { system: loinc, code: '24627-2', display: 'CT Chest', source: 'LOINC' },
  imagingReport: { system: loinc, code: '85430-7', display: 'Diagnostic imaging report - example sections and entries', source: 'LOINC; HL7 Europe Imaging Report' },
  imagingStudy: { system: loinc, code: '18748-4', display: 'Diagnostic imaging study', source: 'LOINC; US Core, Clinical Notes: Imaging Narrative' },
  clinicalNote: { system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category', code: 'clinical-note', display: 'Clinical Note', source: 'HL7 US Core, US Core DocumentReferences Category Codes' },
  radiology: { system: loinc, code: 'LP29684-5', display: 'Radiology', source: 'LOINC part' },
  radiologySection: { system: `${tho}/v2-0074`, code: 'RAD', display: 'Radiology', source: 'HL7 v2 table 0074' },
  imaging: { system: `${tho}/observation-category`, code: 'imaging', display: 'Imaging', source: 'FHIR R4 observation-category' },
  aiAsserted: { system: `${tho}/v3-ObservationValue`, code: 'AIAST', display: 'Artificial Intelligence asserted', source: 'HL7 v3 ObservationValue' },
  create: { system: `${tho}/v3-DataOperation`, code: 'CREATE', display: 'create', source: 'HL7 v3 DataOperation' },
  author: { system: `${tho}/provenance-participant-type`, code: 'author', display: 'Author', source: 'FHIR R4 provenance-participant-type' },
  notApplicable: { system: `${tho}/data-absent-reason`, code: 'not-applicable', display: 'Not Applicable', source: 'FHIR R4 data-absent-reason' },
  artificialIntelligence: { system: 'http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS', code: 'Artificial-Intelligence', display: 'All kinds of Artificial Intelligence', source: 'HL7 AI Transparency on FHIR, AIdeviceTypeCS' },

  // What identifiers name
  accession: { system: `${tho}/v2-0203`, code: 'ACSN', display: 'Accession ID', source: 'HL7 v2 table 0203' },
  studyInstanceUid: { system: dcm, code: '110180', display: 'Study Instance UID', source: dcmSource },
  seriesInstanceUid: { system: dcm, code: '112002', display: 'Series Instance UID', source: dcmSource },
  algorithmName: { system: dcm, code: '111001', display: 'Algorithm Name', source: dcmSource },
  algorithmVersion: { system: dcm, code: '111003', display: 'Algorithm Version', source: dcmSource },
  probability: { system: dcm, code: '122157', display: 'Probability', source: dcmSource },

  // Where
  lung: { system: sct, code: '39607008', display: 'Lung structure', source: sctSource },
  thorax: { system: sct, code: '51185008', display: 'Thoracic structure', source: sctSource },

  // How bad
  mild: { system: sct, code: '255604002', display: 'Mild', source: sctSource },
  moderate: { system: sct, code: '6736007', display: 'Moderate', source: sctSource },
  severe: { system: sct, code: '24484000', display: 'Severe', source: sctSource },
} as const satisfies Record<string, Code>;

/** The lobes in two systems. Public tables often swap them; a test pins them one by one. */
// biome-ignore format: a table reads best with one row a code
export const lobeCodes: Readonly<Record<Lobe, { readonly name: string; readonly snomed: Code; readonly radlex: Code }>> = {
  RUL: {
    name: 'right upper lobe',
    snomed: { system: sct, code: '42400003', display: 'Structure of upper lobe of right lung', source: sctSource },
    radlex: { system: radlex, code: 'RID1303', display: 'upper lobe of right lung', source: radlexSource },
  },
  RML: {
    name: 'right middle lobe',
    snomed: { system: sct, code: '72481006', display: 'Structure of middle lobe of right lung', source: sctSource },
    radlex: { system: radlex, code: 'RID1310', display: 'middle lobe of right lung', source: radlexSource },
  },
  RLL: {
    name: 'right lower lobe',
    snomed: { system: sct, code: '266005', display: 'Structure of lower lobe of right lung', source: sctSource },
    radlex: { system: radlex, code: 'RID1315', display: 'lower lobe of right lung', source: radlexSource },
  },
  LUL: {
    name: 'left upper lobe',
    snomed: { system: sct, code: '44714003', display: 'Structure of upper lobe of left lung', source: sctSource },
    radlex: { system: radlex, code: 'RID1327', display: 'upper lobe of left lung', source: radlexSource },
  },
  LLL: {
    name: 'left lower lobe',
    snomed: { system: sct, code: '41224006', display: 'Structure of lower lobe of left lung', source: sctSource },
    radlex: { system: radlex, code: 'RID1338', display: 'lower lobe of left lung', source: radlexSource },
  },
};

/** UCUM, all of it that is used: https://ucum.org. `unit` is what a reader sees. */
export const units = {
  percent: { unit: '%', code: '%' },
  probability: { unit: 'probability', code: '1' },
  score: { unit: 'score', code: '{score}' },
  millilitre: { unit: 'mL', code: 'mL' },
} as const;
export type UnitName = keyof typeof units;

/** Codes of Lobar's own code system, `<fhirBase>/CodeSystem/lobar-ct-chest`; source: PIPELINE.md 4 and 6. */
export const localCodes = {
  ...resultCodes,
  'model-version': 'Version of a model package',
  'model-sha256': 'SHA-256 of a model file',
  'model-precision': 'Precision of a model file',
  'execution-provider': 'Hardware interface that ran a model',
  'documents-late': 'Documents of the report are to follow',
} as const;
export type LocalCode = keyof typeof localCodes;

/** A code as FHIR writes it. */
export function coding({ system, code, display }: Code): fhir4.Coding {
  return { system, code, display };
}

/** A code of the local code system as FHIR writes it. */
export function localCoding(fhirBase: string, code: LocalCode): fhir4.Coding {
  return { system: localCodeSystem(fhirBase), code, display: localCodes[code] };
}

/** A concept of the local code system, with codings of other systems that say the same more broadly. */
export function localConcept(
  fhirBase: string,
  code: LocalCode,
  ...broader: readonly Code[]
): fhir4.CodeableConcept {
  return { coding: [localCoding(fhirBase, code), ...broader.map(coding)], text: localCodes[code] };
}

export function localCodeSystem(fhirBase: string): string {
  return `${fhirBase}/CodeSystem/lobar-ct-chest`;
}

/** A quantity in UCUM. */
export function quantity(value: number, unitName: UnitName): fhir4.Quantity {
  const { unit, code } = units[unitName];
  return { value, unit, system: 'http://unitsofmeasure.org', code };
}
