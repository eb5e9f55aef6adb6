import type { Config, WatchConfig } from '../config-schema.ts';

/** Which studies are analysed without being asked for. */
export interface WatchRules
  extends Pick<WatchConfig, 'modalities' | 'withoutWords' | 'receivedWithinHours' | 'stableMinutes'> {
  /** One of these begins a word of a description. */
  readonly words: readonly string[];
  /** Where they stand in the configuration. */
  readonly wordsSetting: 'watch.descriptionWords' | 'eligibility.chestWords';
}

export function rulesOf({ watch, eligibility }: Pick<Config, 'watch' | 'eligibility'>): WatchRules {
  const own = watch.descriptionWords.length > 0;
  return {
    ...watch,
    words: own ? watch.descriptionWords : eligibility.chestWords,
    wordsSetting: own ? 'watch.descriptionWords' : 'eligibility.chestWords',
  };
}
