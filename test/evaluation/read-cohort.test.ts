import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CohortOptions, readCohort } from '../../src/evaluation/read-cohort.ts';

describe('a cohort table', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-cohort-'));
    await mkdir(join(folder, 'ct, first'));
    await writeFile(join(folder, 'lobes.nrrd'), '');
  });
  after(() => rm(folder, { recursive: true }));

  const read = async (text: string, options: Partial<CohortOptions> = {}) => {
    const file = join(folder, 'cohort.csv');
    await writeFile(file, text);
    return await readCohort(file, { subgroups: [], ignored: [], hasPacs: false, ...options });
  };
  const mistakesOf = async (text: string, options: Partial<CohortOptions> = {}) => {
    const error = await read(text, options).then(
      () => assert.fail('it was read'),
      (thrown: Error) => thrown,
    );
    assert.equal((error as { code?: string }).code, 'cohort-invalid');
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  };

  it('names studies and masks relative to itself, with quotes, a byte order mark and empty cells', async () => {
    const { cases } = await read(
      '\uFEFFstudy,label,lobes,patient,age,site\r\n"ct, first",covid-19,lobes.nrrd,p1,44,A\r\n\r\n2.25.7,,,,,\r\n',
      { subgroups: ['site'], hasPacs: true },
    );
    assert.deepEqual(cases, [
      {
        id: '1',
        study: { kind: 'folder', path: join(folder, 'ct, first') },
        patient: 'p1',
        label: 'covid-19',
        masks: { lobes: join(folder, 'lobes.nrrd') },
        given: { age: 44 },
        extra: { site: 'A' },
      },
      {
        id: '2',
        study: { kind: 'pacs', studyUid: '2.25.7' },
        patient: '2',
        masks: {},
        given: {},
        extra: { site: '' },
      },
    ]);
  });

  it('tells all its mistakes at once, with their lines', async () => {
    const text = [
      'id,study,label,opacities,sex,age',
      'a,"ct, first",covid,none.nii,X,old',
      'A,2.25.7,,,,',
      '../a,nowhere,,,,',
      'b,"ct, first"',
      'c,,,,,',
    ].join('\n');
    assert.deepEqual(await mistakesOf(text), [
      'line 2: its label is none of covid-19, other-infection, no-imaging-signs',
      'line 2: its sex is none of M, F, O',
      'line 2: its age is no number of years',
      'line 2: its opacities mask does not exist',
      'line 3: its study is a StudyInstanceUID, and no PACS is configured',
      "line 4: its id may hold letters, digits, '.', '_' and '-' only, 100 at most",
      'line 4: its study is neither a folder that exists nor a StudyInstanceUID',
      'line 5: it has 2 cells, the header has 6',
      'line 6: it names no study',
      "line 3: the id 'A' is that of line 2 too",
    ]);
  });

  it('takes no column that it does not know, unless it is named', async () => {
    const text = 'study,severe,seed,label,label\n"ct, first",1,2,,\n';
    assert.deepEqual(await mistakesOf(text), [
      "line 1: unknown column(s) 'severe', 'seed'; name them with --subgroups, or leave them out with --ignore",
      "line 1: the column 'label' is there twice",
    ]);
    const named = { subgroups: ['severe', 'site'], ignored: ['seed'] };
    assert.deepEqual(await mistakesOf('study,severe,seed\n"ct, first",1,2\n', named), [
      "line 1: there is no column 'site', which --subgroups names",
    ]);
  });

  it('has a column of studies and a case', async () => {
    assert.deepEqual(await mistakesOf(''), ['it is empty']);
    assert.deepEqual(await mistakesOf('label\n'), ["line 1: there is no column 'study'", 'it has no case']);
    assert.deepEqual(await mistakesOf('study\n"ct\n'), ['line 2: it is no CSV (CSV_QUOTE_NOT_CLOSED)']);
  });
});
