import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mainCases } from '../../../bench/scale/scale-cases.ts';
import {
  assumptionsTable,
  capacitiesTable,
  dayRow,
  inputsTable,
  variationRow,
} from '../../../bench/scale/scaling-tables.ts';
import type { ServiceTimes } from '../../../bench/scale/service-times.ts';
import { simulateCase, simulateDay } from '../../../bench/scale/simulate-cases.ts';
import { summarise } from '../../../bench/scale/summarise.ts';
import { variations } from '../../../bench/scale/variations.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');
const times = JSON.parse(read('bench', 'scale', 'service-times.json')) as ServiceTimes;
const document = read('docs', 'SCALING.md');
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

// Where one of these fails: npm run bench -- scale
describe('docs/SCALING.md', () => {
  it('tells the service times that were measured, and what is assumed', () => {
    assert.ok(document.includes(inputsTable(times)));
    assert.ok(document.includes(assumptionsTable()));
  });

  it('tells what fills first', () => {
    assert.ok(document.includes(capacitiesTable(times, mainCases(times))));
  });

  it('has the hospital day that the simulation gives now', () => {
    const days = Number(/Median of (\d+) days/.exec(document)?.[1]);
    const [hospital] = mainCases(times);
    assert.ok(hospital !== undefined && days >= 5);
    assert.ok(document.includes(row(dayRow(simulateCase(hospital, days)))));
  });

  it('has the outbreak that the simulation gives now', () => {
    const [base] = variations(times);
    assert.ok(base !== undefined);
    const day = summarise(simulateDay(base.scenario, 1));
    assert.ok(document.includes(row(variationRow({ variation: base, day }))));
  });

  it('says of every figure of a GPU that nobody measured it', () => {
    const rows = document.split('\n').filter((line) => /^\| outbreak, GPU pods.*\d+.*\(assumed\)/.test(line));
    assert.equal(rows.length, 3);
    assert.ok(rows.every((line) => line.includes('(**assumed, not measured**)')));
  });
});
