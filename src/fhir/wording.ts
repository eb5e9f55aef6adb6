/** What a person reads: the conclusion and the narrative, in plain words that claim nothing. */
import {
  areTrainedOnPhantoms,
  noClinicalValidity,
  notVerified,
  patternStatements,
} from '../pipeline/statements.ts';
import { plainText } from './plain-text.ts';
import type { ReportContext } from './report-context.ts';

/** DiagnosticReport.conclusion. */
export function conclusion(context: ReportContext): string {
  return [`AI: ${result(context)}`, notVerified, caveat(context)].join(' ');
}

/** DiagnosticReport.text: three sentences, then the warnings of the analysis. */
export function narrative(context: ReportContext): fhir4.Narrative {
  const paragraphs = [
    `<p>${escapeXml(`${notVerified} AI result: ${result(context)} ${caveat(context)}`)}</p>`,
  ];
  const { warnings } = context.facts;
  if (warnings.length > 0) {
    const items = warnings.map(({ code, text }) => `<li>${escapeXml(`${code}: ${text}`)}</li>`);
    paragraphs.push(`<p>Warnings of the analysis:</p><ul>${items.join('')}</ul>`);
  }
  return {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${paragraphs.join('')}</div>`,
  };
}

function result({ published }: ReportContext): string {
  const { classification, involvement, severity } = published;
  const probability = classification.probabilities[classification.decision].toFixed(3);
  return (
    `${patternStatements[classification.decision]} (probability ${probability}); ` +
    `${involvement.percent.toFixed(1)} % of the lung affected by opacity; ` +
    `CT severity score ${severity.score} of 25 (${severity.band}).`
  );
}

/** What the models can be trusted with; those trained on phantoms, with nothing clinical. */
function caveat({ facts: { models } }: ReportContext): string {
  if (areTrainedOnPhantoms(models)) return noClinicalValidity;
  const uses = [...new Set(models.map(({ intendedUse }) => intendedUse.trim().replace(/\.$/, '')))];
  return `Intended use of the models: ${uses.join('; ')}.`;
}

/** Text for XML 1.0, markup escaped. */
export function escapeXml(text: string): string {
  return plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
