import { drawText } from '../pictures/draw-text.ts';
import type { ReportPicture } from '../report-pictures.ts';
import { sides } from './frame.ts';
import { type LungFacts, renderLungs } from './render-lungs.ts';

const size = { width: 480, height: 480 } as const;
/** Height of a letter, which a page shows at a fifth of its size, and its distance from the edge, pixels. */
const letter = 26;
const edge = 10;

/** The lungs from front and back for the report, with marks for the patient's right and left. */
export function lungPictures(facts: LungFacts): readonly ReportPicture[] {
  const pictures = renderLungs(facts, size);
  return sides.map((from) => {
    const picture = pictures[from];
    const [left, right] = from === 'front' ? ['R', 'L'] : ['L', 'R'];
    const baseline = size.height - edge;
    drawText(picture, left, { x: edge, baseline, size: letter });
    drawText(picture, right, { x: size.width - edge, baseline, align: 'right', size: letter });
    return { name: `lungs-${from}`, view: { kind: 'rendering', from }, picture };
  });
}
