import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { at, find, helmMissing, notes, render } from './helm.ts';
import { connected, least, matrix } from './some-values.ts';

/** In a cluster of that version. Helm prints notes for a cluster that it sees only, so an object takes them up. */
async function notesIn(kubeVersion: string, values: object): Promise<string> {
  const data = { text: '{{ include (print .Template.BasePath "/NOTES.txt") . | b64enc }}' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'notes' }, data };
  const manifests = await render({ ...values, extraObjects: [object] }, { kubeVersion });
  return Buffer.from(String(at(find(manifests, 'ConfigMap', 'notes'), 'data.text')), 'base64').toString();
}

describe('what is told after the installation', { skip: helmMissing }, () => {
  it('are the next steps: wait, test, send a study', async () => {
    const text = await notes(least);
    const steps = [
      'kubectl --namespace imaging rollout status deployment/radiology-lobar',
      'helm test --namespace imaging radiology --logs --timeout 10m',
      'tests.existingSecret',
      'POST http://radiology-lobar.imaging.svc:8080/v1/analyses',
    ];
    const places = steps.map((step) => text.indexOf(step));
    assert.ok(!places.includes(-1), text);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.match(text, /research software, whose shipped models know no real patient/);
  });

  it('are where the reading page is, and how its reader signs in, where there is a host for it', async () => {
    assert.doesNotMatch(await notes(least), /reading page/);
    const host = { ...least, ingress: { enabled: true, hosts: ['lobar.example.org'] } };
    assert.match(
      await notes(host),
      /reading page:\n +https:\/\/lobar\.example\.org\/\n +First set config\.page\.clientId/,
    );
    const withPage = (page: object) => notes({ ...host, config: { ...least.config, page } });
    assert.doesNotMatch(await withPage({ clientId: 'lobar-page' }), /config\.page\.clientId/);
    assert.doesNotMatch(await withPage({ enabled: false }), /reading page/);
  });

  it('is what is still missing', async () => {
    const text = await notes(least);
    for (const missing of [
      'no PACS is configured',
      'no EHR is configured',
      "config.fhirBase is the example's",
      'without config.queue.url every pod has a line of its own',
      'tokens come to the pods in the clear',
      'networkPolicy.enabled is off',
    ]) {
      assert.ok(text.includes(`NOTE: ${missing}`), missing);
    }
    const told = (await notes(connected)).match(/NOTE: .*/g);
    assert.deepEqual(
      told?.map((line) => line.slice(6, 30)),
      ['tokens come to the pods ', 'networkPolicy.enabled is'],
    );
  });

  it('is what an image volume and KEDA need of the cluster', async () => {
    const ofImage = matrix['models of an image'] ?? {};
    assert.match(
      await notesIn('1.34.1', ofImage),
      /NOTE: models.source=imageVolume needs the feature gate ImageVolume in Kubernetes v1\.34\.1/,
    );
    assert.doesNotMatch(await notesIn('1.35.0', ofImage), /ImageVolume/);
    assert.match(
      await notes(matrix['scaling by KEDA'] ?? {}),
      /NOTE: KEDA asks Prometheus for lobar_requests_in_flight/,
    );
  });

  it('is where a way in leads, how metrics are looked at, and what a watch would take', async () => {
    assert.match(await notes(matrix['an Ingress'] ?? {}), /POST https:\/\/lobar\.example\.org\/v1\/analyses/);
    assert.match(
      await notes(matrix['scaling by a HorizontalPodAutoscaler'] ?? {}),
      /namespaces\/imaging\/pods\/\*\/lobar_requests_in_flight/,
    );
    assert.match(
      await notes(matrix['a watch'] ?? {}),
      /exec deployment\/radiology-lobar-watch -- .*\n.* watch --config \/etc\/lobar\/lobar\.yaml --dry-run --once/,
    );
  });
});
