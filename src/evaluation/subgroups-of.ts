import type { InstanceHeader } from '../dicom/instance-header.ts';
import { ageYears } from '../dicom/patient-age.ts';
import type { CohortCase } from './cohort-case.ts';

/** What the results are split by, in the order of the report; the columns of --subgroups come after them. */
export const subgroupNames = ['label', 'trueInvolvement', 'vendor', 'sliceThickness', 'sex', 'age'] as const;
export type SubgroupName = (typeof subgroupNames)[number];

/** [ours] */
const ageBands = [
  [18, 'under 18'],
  [40, '18 to 39'],
  [60, '40 to 59'],
  [80, '60 to 79'],
  [Number.POSITIVE_INFINITY, '80 and over'],
] as const;
/** PIPELINE.md 1: at most 3 mm, recommended at most 1.5 mm. */
const thicknessBands = [
  [1.5, 'up to 1.5 mm'],
  [3, '1.5 to 3 mm'],
  [Number.POSITIVE_INFINITY, 'over 3 mm'],
] as const;
/** [ours] More than half of the lungs opaque: where masks of the lungs fail first. */
const severePercent = 50;

export interface SubgroupFacts {
  readonly header: InstanceHeader;
  /** Distance of the slices; stands in where the header has no SliceThickness. */
  readonly sliceSpacingMm: number;
  /** Of the truth, where it is known. */
  readonly truePercent?: number | undefined;
}

/** The subgroups that a case belongs to; what neither the table nor the header says is left out. */
export function subgroupsOf(
  { label, given, extra }: CohortCase,
  { header, sliceSpacingMm, truePercent }: SubgroupFacts,
): Record<string, string> {
  const age = given.age ?? ageYears(header);
  const thickness = header.sliceThicknessMm ?? sliceSpacingMm;
  const involvement = truePercent !== undefined && truePercent > severePercent;
  const named: Readonly<Record<SubgroupName, string | undefined>> = {
    label,
    trueInvolvement:
      truePercent === undefined
        ? undefined
        : `${involvement ? 'over' : 'up to'} ${severePercent} % of the lungs`,
    vendor: given.vendor ?? header.manufacturer,
    sliceThickness: thicknessBands.find(([most]) => thickness <= most)?.[1],
    sex: given.sex ?? header.patient.sex,
    age: age === undefined ? undefined : ageBands.find(([below]) => age < below)?.[1],
  };
  const known = [...Object.entries(named), ...Object.entries(extra)].filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(known);
}
