import Type, { type StaticDecode } from 'typebox';
import type { InstrumentId } from '../../../../market/index.ts';
import { ChoiceFields } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { BarsQuestionSchema } from '../../reading/bars-question.ts';
import type { ManyBarsPort } from '../../reading/many-reads.ts';
import { openMany, type ManyEnd, type OpenMany } from '../../reading/open-many.ts';
import { wholeAnswer, type BarsAnswer } from '../get-bars/get-bars.query.ts';

/** Bars of many series. */
export interface ManyBars {
  /** The instruments that are asked for, in the order of their answers. */
  readonly instrumentIds: readonly InstrumentId[];
  /**
   * What `getBars` answers of each series, to be read once: a series is read when it is asked for, and memory does not
   * grow with their number. Its `nextCursor` is that of the one series; `end` has the one of the whole answer.
   */
  readonly answers: AsyncIterable<BarsAnswer>;
  /** What was not answered, when the last answer was read. */
  end(): ManyEnd;
}

const { instrumentId: _instrumentId, cursor: _cursor, ...common } = BarsQuestionSchema.properties;

/**
 * The question of `getBars`, of many instruments: named by `ids`, all of an `exchange`, or those that match a `glob`.
 * `limit` counts the bars of all series, and `cursor` goes on across them. What is not known of a series, or why it cannot
 * be answered, is told at the end and does not stop the others. One answer is of 10,000 series at most, `cursor` has the rest.
 */
export const ManyBarsQuestionSchema = Type.Object({
  ...ChoiceFields,
  ...common,
  cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
});
export type ManyBarsQuestion = StaticDecode<typeof ManyBarsQuestionSchema>;

/**
 * Bars of many series, an answer a series.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `INSTRUMENT_AMBIGUOUS`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if an exchange or a glob has no instrument
 */
export const getManyBars = defineQuery<ManyBars>()('bars.get-many-bars', ManyBarsQuestionSchema);

/** Instruments by name, by exchange or by a pattern. */
export interface Choice {
  readonly ids: string[] | undefined;
  readonly exchange: string | undefined;
  readonly glob: string | undefined;
}

/** What this query needs of other slices. */
export interface GetManyBarsPort extends ManyBarsPort {
  readonly chooseInstruments: (choice: Choice) => Promise<readonly InstrumentId[]>;
}

export function answerGetManyBars(collections: BarsCollections, port: GetManyBarsPort): HandlerOf<typeof getManyBars> {
  return async (question, { now }) => {
    const { instrumentIds, open } = await openChosen(collections, port, question, now);
    return { instrumentIds, answers: wholeAnswers(open), end: open.end };
  };
}

/** The instruments of a question, and their answers. */
export async function openChosen(
  collections: BarsCollections,
  port: GetManyBarsPort,
  { ids, exchange, glob, ...question }: ManyBarsQuestion,
  now: number,
  listedRanges?: number,
): Promise<{ readonly instrumentIds: readonly InstrumentId[]; readonly open: OpenMany }> {
  const instrumentIds = await port.chooseInstruments({ ids, exchange, glob });
  const { limit: _limit, cursor: _after, fields, ...asked } = question;
  const scope = { ...asked, exchange, glob, ids: ids?.join(' '), fields: fields?.join() };
  return { instrumentIds, open: openMany(collections, port, { ...question, instrumentIds, scope }, now, listedRanges) };
}

async function* wholeAnswers({ answers }: OpenMany): AsyncGenerator<BarsAnswer> {
  for await (const answer of answers()) yield wholeAnswer(answer);
}
