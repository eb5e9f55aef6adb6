import type { Notice } from '../errors.ts';

/** The warning that a report has another accession number than its images; none where one of the two is empty. */
export function accessionOverruled(used: string | undefined, ofImages: string | undefined): Notice[] {
  if (!used?.trim() || !ofImages?.trim() || used.trim() === ofImages.trim()) return [];
  const text =
    'The accession number of the report, from the request or its order, is not the one in the images: check that the order is of these images.';
  return [{ code: 'accession-overruled', text }];
}
