/** What an upload and an event stream look like, for the OpenAPI document. */
import { analysisExample } from '../../analysis/analysis-example.ts';

export const uploadExample = `
POST /v1/analyses?publish=dry-run HTTP/1.1
Content-Type: multipart/related; type="application/dicom"; boundary=instances

--instances
Content-Type: application/dicom

<bytes of the first file>
--instances
Content-Type: application/dicom

<bytes of the second file>
--instances--
`.trim();

const { id, outcome, study, severity } = analysisExample;

export const eventTranscript = `event: queued
data: {"ahead":1}

event: progress
data: {"stage":"find","fraction":0}

event: progress
data: {"stage":"find","fraction":1}

event: progress
data: {"stage":"retrieve","fraction":0.5}

: still working

event: document
data: {"kind":"pdf","name":"report.pdf","title":"AI analysis of chest CT","contentType":"application/pdf","size":9,"language":"en","part":1,"parts":1,"data":"JVBERi0xLjcK"}

event: analysis
data: ${JSON.stringify({ id, outcome, study, severity })}

`;
