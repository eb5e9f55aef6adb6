/** What a PACS is asked for: in the words of an error, and in one for metrics. */
export const pacsOperations = {
  'QIDO-RS search for studies': 'qido_search_studies',
  'QIDO-RS search for series': 'qido_search_series',
  'QIDO-RS search for instances': 'qido_search_instances',
  'WADO-RS retrieval of metadata': 'wado_metadata',
  'WADO-RS retrieval of a series': 'wado_series',
  'WADO-RS retrieval of an instance': 'wado_instance',
  'STOW-RS storage': 'stow',
} as const;
export type PacsOperation = keyof typeof pacsOperations;

/** Those that are answered with DICOM instances. */
export const retrievals: ReadonlySet<PacsOperation> = new Set([
  'WADO-RS retrieval of a series',
  'WADO-RS retrieval of an instance',
]);
