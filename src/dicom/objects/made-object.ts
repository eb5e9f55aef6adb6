import { type Dataset, elementsOf } from '../write/dataset.ts';
import { dicomFile, transferSyntax } from '../write/dicom-file.ts';
import { commonModules, type Instance, seriesUid } from './common-modules.ts';
import type { MadeObject, ObjectFacts } from './object-facts.ts';
import { objectUid } from './object-uid.ts';

/** An object of its own modules and of those that all have, as a file: explicit little endian, native pixels. */
export function madeObject(
  facts: ObjectFacts,
  instance: Instance,
  modules: Dataset,
  pixels?: Uint8Array,
): MadeObject {
  const transferSyntaxUid = transferSyntax.explicitLittleEndian;
  const elements = elementsOf({ ...commonModules(facts, instance), ...modules });
  return {
    sopClassUid: instance.sopClassUid,
    sopInstanceUid: objectUid(facts.runKey, instance.name),
    seriesInstanceUid: seriesUid(facts, instance.kind),
    bytes: dicomFile(elements, 'LOBAR_1', pixels && { transferSyntaxUid, bytes: pixels }),
  };
}
