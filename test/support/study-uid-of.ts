/** StudyInstanceUID of the one study that a PACS holds, by QIDO-RS. @throws Error where it holds none, or more */
export async function studyUidOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/studies`, { headers: { accept: 'application/dicom+json' } });
  const studies = (await answer.json()) as readonly Readonly<
    Record<string, { readonly Value?: readonly string[] }>
  >[];
  const [uid, ...others] = studies.flatMap((study) => study['0020000D']?.Value ?? []);
  if (uid === undefined || others.length > 0) throw new Error(`The PACS holds ${studies.length} studies.`);
  return uid;
}
