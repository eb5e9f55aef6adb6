import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { prometheusMissing } from '../support/prometheus/open-prometheus.ts';
import { promtool } from '../support/prometheus/promtool.ts';
import { asSent, rulesFile, shippedDashboard, shippedRules } from '../support/prometheus/shipped.ts';

const unitTests = fileURLToPath(new URL('../chart/alerts', import.meta.url));

describe('promtool', { skip: prometheusMissing }, () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-rules-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('finds nothing wrong with the rules', async () => {
    const { code, said } = await promtool(['check', 'rules', rulesFile]);
    assert.equal(code, 0, said);
  });

  // The cases name the summary alone, as promtool wants either no annotation or each: the others hold no template.
  describe('with the summaries alone', async () => {
    before(async () => {
      const { groups } = await shippedRules();
      const shortened = groups.map((group) => ({
        ...group,
        rules: group.rules.map(({ annotations, ...rule }) => {
          const summary = annotations?.['summary'];
          return summary === undefined ? rule : { ...rule, annotations: { summary } };
        }),
      }));
      await writeFile(join(folder, 'lobar.yaml'), stringify({ groups: shortened }));
    });

    for (const file of await readdir(unitTests)) {
      it(`sees the alerts fire when they should, and only then: ${file}`, async () => {
        const copy = join(folder, `test-${file}`);
        await copyFile(join(unitTests, file), copy);
        const { code, said } = await promtool(['test', 'rules', copy]);
        assert.equal(code, 0, said);
      });
    }
  });

  it('understands every expression of the dashboard', async () => {
    const { panels } = await shippedDashboard();
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => asSent(expr)));
    const rules = expressions.map((expr, index) => ({ record: `dashboard:panel:${index}`, expr }));
    const file = join(folder, 'dashboard.yaml');
    await writeFile(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, said } = await promtool(['check', 'rules', file]);
    assert.equal(code, 0, said);
  });
});
