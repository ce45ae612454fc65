import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { BAR_FORMAT_NAMES, writeBars } from '../../../../barfiles/index.ts';
import { fileFrame } from '../../bars-json.ts';
import { BarsQuestionSchema } from '../../reading/bars-question.ts';
import type { AnswerEnd, AnswerHead } from '../../reading/open-answer.ts';
import type { streamBars } from '../stream-bars/stream-bars.query.ts';

export interface ExportedBars extends AnswerHead {
  /** The file, to be read once; memory stays flat whatever the range. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What there is to say about the bars, when the last byte was read. */
  end(): AnswerEnd;
}

/**
 * The same bars as `getBars` as the bytes of a file.
 * @throws as `getBars`
 */
export const exportBars = defineQuery<ExportedBars>()(
  'bars.export-bars',
  Type.Object({ ...BarsQuestionSchema.properties, format: Type.Enum(BAR_FORMAT_NAMES) }),
);

export function answerExportBars(stream: HandlerOf<typeof streamBars>): HandlerOf<typeof exportBars> {
  return async ({ format, ...question }, context) => {
    const { batches, end, ...head } = await stream(question, context);
    return { ...head, bytes: writeBars(format, batches, fileFrame(head, end)), end };
  };
}
