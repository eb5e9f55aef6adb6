/** What Orthanc and its DICOMweb plugin say they are. */
export async function orthancVersions(port: number): Promise<Record<string, string>> {
  const [system, plugin] = await Promise.all(
    ['system', 'plugins/dicom-web'].map(async (path) => {
      const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
      return ((await answer.json()) as { readonly Version?: string }).Version ?? 'of unknown version';
    }),
  );
  return { orthanc: system ?? '', 'orthanc-dicomweb': plugin ?? '' };
}
