import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What a manifest says of a network and, where it has some, of its variants. */
export interface ShippedModel {
  readonly name: string;
  readonly version: string;
  readonly task: string;
  readonly file: string;
  readonly sha256: string;
  readonly trainingData: string;
  readonly licence: string;
  readonly variants?: readonly {
    readonly provider: string;
    readonly file: string;
    readonly sha256: string;
  }[];
}

/** The model packages in models/ below `root`, by name. */
export function shippedModels(root: URL): readonly ShippedModel[] {
  const folder = new URL('models/', root);
  return readdirSync(folder)
    .sort()
    .map((name) => new URL(`${name}/manifest.json`, folder))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as ShippedModel);
}
