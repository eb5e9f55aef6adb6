import packageJson from '../../package.json' with { type: 'json' };

export const lobarVersion = packageJson.version;

/** What signs the report; the id stays the same over all versions, so that a new version updates the report. */
export const algorithm = {
  id: 'lobar-covid-19-ct',
  name: 'Lobar COVID-19 chest CT pipeline',
  version: lobarVersion,
} as const;
