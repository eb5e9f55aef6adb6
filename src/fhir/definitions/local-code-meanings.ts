import { lobeScores } from '../../pipeline/statements.ts';
import type { LocalCode } from '../codes.ts';

const topff = 'Topff et al. 2023, PLoS ONE 18(5): e0285121, doi 10.1371/journal.pone.0285121';
const pan = 'Pan et al. 2020, Radiology 295: 715';
const classifier = `Source: ${topff} (the classifier, its three classes and its decision rule).`;
const numbers = `Source: ${topff} (opacity as a share of both lungs and of each lobe).`;
const volumes = `Source: the masks of lungs and opacity, as in ${topff}.`;
const lobeScore = `Source: ${pan} (the score of a lobe), as in ${topff}. Lobar closes the gaps between whole percentages, and takes less than the noise floor of the model package for none.`;
const scores = `Source: ${pan} (the sum of the lobe scores), as in ${topff}.`;
const bands = `Source: ${topff} (mild, moderate, severe); none is Lobar's own.`;
const packages = 'Source: the manifest of the model package, models/manifest.schema.json.';

const decision = 'The class that the decision rule of the classifier gave; an imaging pattern, no diagnosis.';
const probability =
  'Output of the classifier (softmax), UCUM 1, 0 to 1; the three probabilities add up to 1.';
const share = 'Opacity voxels by lung voxels, times 100; UCUM %, 0 to 100.';

/** What each local code means: quantity, unit and range where it is one, and where it comes from. */
// biome-ignore format: a table reads best with one row a code
export const localCodeMeanings: Readonly<Record<LocalCode, string>> = {
  classification: `${decision} Value: one of the pattern codes. ${classifier}`,
  'probability-covid-19': `Probability of the class covid-19. ${probability} ${classifier}`,
  'probability-other-infection': `Probability of the class other-infection. ${probability} ${classifier}`,
  'probability-no-imaging-signs': `Probability of the class no-imaging-signs. ${probability} ${classifier}`,
  'pattern-covid-19': `${decision} Neither probability rule for no-imaging-signs applied, and that for covid-19 did. ${classifier}`,
  'pattern-other-infection': `${decision} Neither the rule for no-imaging-signs nor that for covid-19 applied. ${classifier}`,
  'pattern-no-imaging-signs': `${decision} The rule for no-imaging-signs applied, which goes first. It excludes no disease. ${classifier}`,
  'involvement-percent': `Share of both lungs, or of the lobe that bodySite names, that opacity fills. ${share} ${numbers}`,
  'involvement-percent-right': `Share of the right lung that opacity fills. ${share} ${numbers}`,
  'involvement-percent-left': `Share of the left lung that opacity fills. ${share} ${numbers}`,
  'lung-volume': `Volume of the lung mask in both lungs, or in the lobe that bodySite names; UCUM mL, 0 or more. ${volumes}`,
  'opacity-volume': `Volume of opacity inside the lung mask of both lungs, or of the lobe that bodySite names; UCUM mL, 0 or more. ${volumes}`,
  'lobe-score': `Score of a lobe by its involvement: ${lobeScores}; UCUM {score}. ${lobeScore}`,
  'ct-severity-score': `Sum of the five lobe scores; UCUM {score}, 0 to 25. ${scores}`,
  'severity-band': `Band of the CT severity score. Value: one of the band codes. ${bands}`,
  'band-none': `CT severity score 0. ${bands}`,
  'band-mild': `CT severity score from 1 to 5. ${bands}`,
  'band-moderate': `CT severity score from 6 to 14. ${bands}`,
  'band-severe': `CT severity score from 15 to 25. ${bands}`,
  'model-version': `Semantic version of a model package that took part, in Device.version. ${packages}`,
  'model-sha256': `SHA-256 of the model file that ran, lower case hex, in Device.property. ${packages}`,
  'model-precision': `What the model file computes in, such as int8, in Device.property; only of a file that is not the main one of its package but a variant for the execution provider. ${packages}`,
  'execution-provider': 'Execution provider of ONNX Runtime that really ran the model, such as cpu or cuda, in Device.property. Source: the session of ONNX Runtime that ran it.',
  'documents-late': 'The report was published before its documents were drawn, in DiagnosticReport.meta.tag; by it a later publishing knows that it is to add them. Source: report.waitSeconds of the configuration.',
};
