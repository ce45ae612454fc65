import {
  contentOf,
  differences,
  outlineText,
  parseChunkId,
  summaryOf,
  type ChunkContent,
  type ChunkDocument,
  type ChunkSummary,
} from '../../../chunk/index.ts';
import { checkBars, describeFault, faultOf, SOUND, type BarColumns, type BarInterval } from '../../../market/index.ts';

export type ChunkCheck =
  | { readonly state: 'sound'; readonly content: ChunkContent }
  /** The bars are fine, what the document says of them is not: it can be rebuilt. */
  | {
      readonly state: 'wrongSummary';
      readonly summary: ChunkSummary;
      readonly outline: string | undefined;
      readonly message: string;
    }
  /** The bars cannot be read, or break a rule. */
  | { readonly state: 'damaged'; readonly message: string };

/** Decodes a whole chunk and holds it against every rule. Where a clock was wrong, sound bars lie ahead of now. */
export function checkChunk(document: ChunkDocument): ChunkCheck {
  try {
    // Where the schedule was corrected, bars that begin with trading may lie beside its openings.
    const { step, window, align } = parseChunkId(document._id);
    const content = contentOf(document, step, window);
    const broken = brokenRule(content.bars, step) ?? brokenRule(content.revisions, step) ?? brokenOrder(content);
    if (broken !== undefined) return { state: 'damaged', message: broken };
    const summary = summaryOf(content);
    const outline = align === undefined ? outlineText(content.bars, step) : undefined;
    const isOutlineWrong = document.outline !== undefined && document.outline !== outline;
    const wrong =
      differences(document, summary, 'should be') || (isOutlineWrong ? 'the outline is not that of the bars' : '');
    if (wrong !== '') return { state: 'wrongSummary', summary, outline, message: wrong };
    return { state: 'sound', content };
  } catch (error) {
    if (error instanceof RangeError) return { state: 'damaged', message: error.message };
    throw error;
  }
}

function brokenRule(columns: BarColumns, step: BarInterval): string | undefined {
  const faults = checkBars(columns, step, Infinity);
  const at = faults.findIndex((fault) => fault !== SOUND);
  return at < 0 ? undefined : describeFault(columns, at, faultOf(faults[at]), step);
}

function brokenOrder({ bars, revisions }: ChunkContent): string | undefined {
  const { openTime } = bars;
  for (let i = 1; i < openTime.length; i++)
    if (openTime[i] <= openTime[i - 1]) return `Bar ${i} does not open after the bar before it`;
  for (let i = 0; i < revisions.openTime.length; i++)
    if (revisions.observedTo[i] < revisions.observedAt[i]) return `Revision ${i} ends before it begins`;
  return undefined;
}
