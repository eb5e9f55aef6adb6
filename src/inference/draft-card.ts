import { fillIn } from './fill-in.ts';

/** The skeleton of CARD.md, what people read of a package. */
export function draftCard(name: string): string {
  return `# ${name}

## What it was trained on
${fillIn('scans, of whom, from where, with which labels by whom; the recipe and its commit')}

## How good it is
${fillIn('results with intervals on scans it was not trained on, on whose; lobar evaluate measures them')}

## Where it is wrong
${fillIn('known failures: scanners, diseases, ages it never saw')}

## What it is for
${fillIn('intended use, and what it is not for; say so if its quality on patients is not known')}
`;
}
