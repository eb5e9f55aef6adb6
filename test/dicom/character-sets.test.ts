import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textDecoder } from '../../src/dicom/character-sets.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { ctFile, limits } from './support/ct-file.ts';

/** Bytes as the annexes of PS3.5 print them: column/row, in decimal. */
const bytes = (printed: string) =>
  Uint8Array.from(printed.trim().split(/\s+/), (pair) => {
    const [column = 0, row = 0] = pair.split('/').map(Number);
    return column * 16 + row;
  });

describe('text with code extensions', () => {
  it('is the Korean name of PS3.5 I.2, without its escape sequences', () => {
    const name = bytes(`
      04/08 06/15 06/14 06/07 05/14 04/07 06/09 06/12 06/04 06/15 06/14 06/07 03/13
      01/11 02/04 02/09 04/03 15/11 15/03 05/14 01/11 02/04 02/09 04/03 13/01 12/14 13/04 13/07 03/13
      01/11 02/04 02/09 04/03 12/08 10/11 05/14 01/11 02/04 02/09 04/03 11/01 14/06 11/05 11/15`);
    assert.equal(textDecoder(['', 'ISO 2022 IR 149']).decode(name), 'Hong^Gildong=洪^吉洞=홍^길동');
  });

  it('is the Japanese name of PS3.5 H.3.1 up to its kanji', () => {
    const name = bytes(`
      05/09 06/01 06/13 06/01 06/04 06/01 05/14 05/04 06/01 07/02 06/15 07/05 03/13
      01/11 02/04 04/02 03/11 03/03 04/05 04/04 01/11 02/08 04/02 05/14
      01/11 02/04 04/02 04/02 04/00 04/15 03/10 01/11 02/08 04/02`);
    assert.equal(textDecoder(['', 'ISO 2022 IR 87']).decode(name), 'Yamada^Tarou=山田^太郎');
  });

  it('is the Chinese name of PS3.5 K.2, without its escape sequences', () => {
    const name = bytes(`
      05/10 06/08 06/01 06/14 06/07 05/14 05/08 06/09 06/01 06/15 04/04 06/15 06/14 06/07 03/13
      01/11 02/04 02/09 04/01 13/05 12/05 05/14 01/11 02/04 02/09 04/01 13/00 10/01 11/06 10/11 03/13`);
    assert.equal(textDecoder(['', 'ISO 2022 IR 58']).decode(name), 'Zhang^XiaoDong=张^小东=');
  });

  it('makes a PatientID that can be searched for', () => {
    const id = Buffer.concat([Buffer.from('A-'), bytes('01/11 02/04 02/09 04/03 12/08 10/11')]);
    const { header } = parseInstance(
      ctFile(0, 0, [
        ['00080005', 'CS', '\\ISO 2022 IR 149'],
        ['00100020', 'LO', id],
      ]),
      limits,
    );
    assert.equal(header.patient.id, 'A-홍');
  });
});
