import { readFile } from 'node:fs/promises';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Ajv, type ValidateFunction } from 'ajv';
import { at, type Manifest } from './helm.ts';

/** What the schema of its kind has against an object; nothing where it is clean. Asks for a schema once. */
export type CheckManifest = (manifest: Manifest) => Promise<string[]>;

/** Their schemas do not refuse unknown fields; the tests of monitoring and scaling compare those wholly. */
const customResources: Readonly<Record<string, new (data: never) => { validate(): void }>> = {
  ScaledObject,
  PrometheusRule,
  ServiceMonitor,
};

export function openCheck(): CheckManifest {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const compiled = new Map<string, Promise<ValidateFunction>>();
  return async (manifest) => {
    const custom = customResources[manifest.kind];
    if (custom !== undefined) return problemsOf(() => new custom(manifest as never).validate());
    const file = schemaFileOf(manifest);
    const validate = await (compiled.get(file) ?? compile(file));
    const ofTemplate = { metadata: manifest.metadata, spec: at(manifest, 'spec') };
    validate(manifest.kind === 'Pod' ? ofTemplate : manifest);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );

    function compile(path: string): Promise<ValidateFunction> {
      const fresh = readSchema(path).then((schema) =>
        ajv.compile(manifest.kind === 'Pod' ? templateOf(schema) : schema),
      );
      compiled.set(path, fresh);
      return fresh;
    }
  };
}

/** `<group>/<kind>_<version>.json`; a Pod by the schema of a Deployment's template, under a name of its own. */
function schemaFileOf({ apiVersion, kind }: Manifest): string {
  if (kind === 'Pod') return 'apps/deployment_v1.json#template';
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  return `${group}/${kind.toLowerCase()}_${version}.json`;
}

async function readSchema(path: string): Promise<object> {
  const file = new URL(`k8s-schemas/${path.replace(/#.*/, '')}`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8'));
}

function templateOf(deployment: object): object {
  return at(deployment, 'properties.spec.properties.template') as object;
}

function problemsOf(check: () => void): string[] {
  try {
    check();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
