import type { Dataset } from '../../write/dataset.ts';
import { codes } from '../codes.ts';
import type { ObjectFacts } from '../object-facts.ts';
import { sourceReferences } from '../source-references.ts';
import { codeItem, contained, container, imageItem, numberItem, uidItem } from './content-items.ts';

/** The images that were analysed (PS3.16 TID 1600, 1601), and what they share (TID 1602, 1604). */
export function imageLibrary(facts: ObjectFacts): Dataset {
  const { shape, spacingMm } = facts.grid;
  const [, rows, columns] = shape;
  const [z, y, x] = spacingMm;
  const { frameOfReferenceUid } = facts.context;
  const relationship = 'HAS ACQ CONTEXT';
  const shared = [
    codeItem(relationship, codes.modality, codes.computedTomography),
    ...(frameOfReferenceUid === undefined
      ? []
      : [uidItem(relationship, codes.frameOfReference, frameOfReferenceUid)]),
    numberItem(relationship, codes.rows, rows, codes.pixels),
    numberItem(relationship, codes.columns, columns, codes.pixels),
    numberItem(relationship, codes.horizontalSpacing, x, codes.millimetre),
    numberItem(relationship, codes.verticalSpacing, y, codes.millimetre),
    numberItem(relationship, codes.sliceSpacing, z, codes.millimetre),
  ];
  const images = sourceReferences(facts).map((reference) => imageItem(reference));
  const group = container(codes.imageLibraryGroup, [...shared, ...images]);
  return contained(container(codes.imageLibrary, [contained(group)]));
}
