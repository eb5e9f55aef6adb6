/** What a client has to know of all operations together: the description of the OpenAPI document. */
export const introduction = `
Chest CT from the PACS in, COVID-19 CT findings to the EHR out. The shipped models were trained on generated phantoms: for software testing and integration, not for patients.

**One request, one analysis.** \`POST /v1/analyses\` waits until the study is analysed and published, which takes from seconds to minutes. Hanging up cancels. Sending the same request again is harmless, the same result is published once.

**Without waiting.** With \`Prefer: respond-async\` the answer is 202 at once; \`GET\` what its \`Location\` names to see how far it is and what came of it, \`DELETE\` that to end it, or name a \`callback\` of the configuration, which is told by a signed POST (Standard Webhooks: \`webhook-id\`, \`webhook-timestamp\`, \`webhook-signature\`). \`GET /health/ready\` says whether the processes share a queue that outlives them.

**New scans by themselves.** A PACS that can call out tells by \`POST /v1/events/study-stable\` that the images of a study are all there; the rules of the configuration decide whether it is analysed, and it is enqueued once however often it is told.

**Representation.** \`Accept\` chooses among the media types of an answer; without it the first one is given. \`text/event-stream\` tells the progress; \`application/pdf\`, \`text/html\`, \`image/png\` and \`application/dicom\` are the report alone. FHIR clients may use the operations below \`/fhir\` instead.

**For who reads.** \`POST /v1/studies/search\` finds studies in a PACS, \`GET /v1/studies/{study}\` says whether one may be analysed, and \`documents\` adds the report to the Analysis. The page at \`/\` does all of it.

**Errors** are problem+json (RFC 9457) or, under \`Accept: application/fhir+json\` and everywhere below \`/fhir\`, an OperationOutcome. Branch on \`code\`: it is stable. \`detail\` is for humans, holds no identifier of a patient or study and may be logged; \`details\` names the thing (UIDs) and may not. More codes may come: treat an unknown one by its status. After 429 and 503 wait \`Retry-After\` seconds; 502 and 504 are failures of PACS or EHR; other 4xx will not pass without a change.

**Every path** answers another method with 405 and \`Allow\`, and HEAD wherever it answers GET; a path that is not listed here is 404 \`route-not-found\`. Every answer carries \`X-Request-Id\`: name it when you report a problem. What is not even HTTP (a malformed header, for instance), or arrives too slowly, is refused by the connection itself, with 400, 431 or 408 and no problem+json.

**Growth.** Within v1 answers only grow: ignore what you do not know. Requests are checked strictly: what is not documented is refused.

The page \`/docs\` shows this document for trying out.
`.trim();
