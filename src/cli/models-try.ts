import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type AnalyzeResult, analyze } from '../analysis/analyze.ts';
import { fileSource } from '../analysis/file-source.ts';
import { noReporter } from '../analysis/reporting/no-reporter.ts';
import { loadConfig } from '../config.ts';
import type { Config } from '../config-schema.ts';
import { exitCode, LobarError } from '../errors.ts';
import { noAuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { loadAnyModelPackage } from '../inference/model-packages.ts';
import { loadPackages, startInferenceEngine } from '../inference/open-inference-engine.ts';
import { withPackage } from '../inference/pipeline-parameters.ts';
import { modelsFolderOf } from '../inference/shipped-models-folder.ts';
import { measureInvolvement } from '../pipeline/involvement.ts';
import { contactSheet } from '../report/contact-sheet.ts';
import { encodePng } from '../report/encode-png.ts';
import { overlayPicture } from '../report/overlay-picture.ts';
import { positionOf } from '../report/pictures/body-plane.ts';
import { slicesToShow } from '../report/slices-to-show.ts';
import { demoStudy } from '../sandbox/demo-study.ts';
import { type Arguments, type Terminal, textOption } from './command.ts';
import { formatAnalysis } from './format-analysis.ts';
import { makeOutputFolder } from './make-output-folder.ts';
import { progressPrinter } from './progress-printer.ts';
import { withPipeline } from './with-pipeline.ts';

/** Slices, how many stand in a row, and how wide each is (pixels). */
const sheet = { slices: 8, columns: 4, width: 320 };
const closeUpWidth = 768;

/**
 * `lobar models try`: a package in the real pipeline, beside those that the configuration names, on the demo
 * phantom or a study of the site; numbers to the terminal, pictures to a folder.
 */
export async function tryModel(folder: string, args: Arguments, terminal: Terminal): Promise<number> {
  const outFolder = textOption(args, 'out');
  if (outFolder === undefined) {
    throw new LobarError('usage-invalid', {
      problem: 'Say where the pictures go: --out <folder>',
      command: 'models',
    });
  }
  const study = textOption(args, 'study');
  const config = await loadConfig({ file: textOption(args, 'config'), environment: terminal.environment });
  await makeOutputFolder(outFolder, '--out', 'models');
  const result = await analyseWith(resolve(folder), study ?? demoStudy.folder, config, terminal);
  terminal.out(formatAnalysis(result.analysis, study === undefined ? demoStudy.truth : undefined));
  if (result.analysis.outcome === 'ineligible') return exitCode.ineligible;
  terminal.out(await writePictures(result, outFolder));
  return exitCode.done;
}

async function analyseWith(folder: string, study: string, config: Config, terminal: Terminal) {
  const { inference, limits } = config;
  const tried = await loadAnyModelPackage(dirname(folder), basename(folder));
  const packages = withPackage(await loadPackages(inference, modelsFolderOf(inference)), tried);
  const source = await fileSource([study], limits);
  const openEngine = () => startInferenceEngine(packages, inference);
  const setting = { openEngine, config, terminal, interruptedBy: ['SIGINT'] } as const;
  return await withPipeline(setting, ({ engine, decodePool, signal }) =>
    analyze(
      { id: randomUUID(), source: async () => source, force: false, keepMasks: true },
      { engine, decodePool, reporter: noReporter, config, audit: noAuditTrail },
      { signal, onProgress: progressPrinter(terminal) },
    ),
  );
}

/** @returns what was written, for the terminal */
async function writePictures({ masks, seen }: AnalyzeResult, outFolder: string): Promise<string> {
  if (masks === undefined || seen === undefined) return '';
  const { volume } = seen;
  const { mostAffectedSlice } = measureInvolvement(masks, volume.spacingMm, 0);
  const shown = slicesToShow(masks.lobes, mostAffectedSlice, sheet.slices);
  const closeUp = mostAffectedSlice ?? shown[shown.length >> 1] ?? 0;
  const pictures = shown.map((z) => overlayPicture(volume, masks, z, sheet.width));
  const files = {
    'slices.png': contactSheet(pictures, sheet.columns),
    'most-affected.png': overlayPicture(volume, masks, closeUp, closeUpWidth),
  };
  for (const [name, picture] of Object.entries(files)) {
    await writeFile(join(outFolder, name), encodePng(picture));
  }
  // As on the pictures.
  const heightOf = (z: number) => positionOf(volume, 'transverse', z).toFixed(1);
  const heights = shown.map((z) => `${heightOf(z)}${z === mostAffectedSlice ? '*' : ''}`).join(', ');
  const largest = mostAffectedSlice === undefined ? 'no opacity was found: a middle slice' : 'slice *';
  return [
    '',
    `  Pictures     ${join(outFolder, 'slices.png')}: slices at z = ${heights} mm, head to feet`,
    `               ${join(outFolder, 'most-affected.png')}: z = ${heightOf(closeUp)} mm, ${largest}`,
    '               Outlines: RUL light blue, RML yellow, RLL green, LUL blue, LLL pink; opacities orange-red',
    '',
  ].join('\n');
}
