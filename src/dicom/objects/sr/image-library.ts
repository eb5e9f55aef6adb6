import { axialLayout } from '../../orientation.ts';
import type { Dataset } from '../../write/dataset.ts';
import { codes } from '../codes.ts';
import type { ObjectFacts } from '../object-facts.ts';
import { sourceReferences } from '../source-references.ts';
import { codeItem, contained, container, imageItem, numberItem, uidItem } from './content-items.ts';

/** The images that were analysed (PS3.16 TID 1600, 1601), and what they share (TID 1602, 1604), as they are stored. */
export function imageLibrary(facts: ObjectFacts): Dataset {
  const { rows, columns, across, down } = storedSize(facts);
  const [z] = facts.grid.spacingMm;
  const { frameOfReferenceUid } = facts.context;
  const relationship = 'HAS ACQ CONTEXT';
  const shared = [
    codeItem(relationship, codes.modality, codes.computedTomography),
    ...(frameOfReferenceUid === undefined
      ? []
      : [uidItem(relationship, codes.frameOfReference, frameOfReferenceUid)]),
    numberItem(relationship, codes.rows, rows, codes.pixels),
    numberItem(relationship, codes.columns, columns, codes.pixels),
    numberItem(relationship, codes.horizontalSpacing, across, codes.millimetre),
    numberItem(relationship, codes.verticalSpacing, down, codes.millimetre),
    numberItem(relationship, codes.sliceSpacing, z, codes.millimetre),
  ];
  const images = sourceReferences(facts).map((reference) => imageItem(reference));
  const group = container(codes.imageLibraryGroup, [...shared, ...images]);
  return contained(container(codes.imageLibrary, [contained(group)]));
}

/** The volume's slices are the images, turned: where its x runs along their columns, rows and columns change places. */
function storedSize({ grid: { shape, spacingMm }, sources }: ObjectFacts) {
  const [, y, x] = shape;
  const [, yMm, xMm] = spacingMm;
  const orientation = sources[0]?.imageOrientationPatient;
  return orientation !== undefined && axialLayout(orientation).transpose
    ? { rows: x, columns: y, across: yMm, down: xMm }
    : { rows: y, columns: x, across: xMm, down: yMm };
}
