import { createHash } from 'node:crypto';
import Type from 'typebox';
import { writeBars } from '../../../../barfiles/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, InvariantError, StoreError } from '../../../../platform/errors/index.ts';
import { spool, type SpooledFile } from '../../../../platform/spool/index.ts';
import { fileFrame } from '../../bars-json.ts';
import type { BarsCollections } from '../../collections.ts';
import { BarsQuestionSchema, type BarsQuestion } from '../../reading/bars-question.ts';
import { isStillTrue } from '../../reading/evidence.ts';
import { BARS_PER_BATCH, openAnswer, type AnswerEnd } from '../../reading/open-answer.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';
import { BarFileShelf, type MadeFile } from './bar-file-shelf.ts';

/** What readers of files can make use of. */
const BAR_FILE_NAMES = ['parquet', 'csv', 'feather'] as const;
type BarFileName = (typeof BAR_FILE_NAMES)[number];

/** The whole of an answer as a file of a known size, to be read in parts. */
export interface BarsFile extends AnswerEnd, Pick<SpooledFile, 'size' | 'read'> {
  /** The same for the same bytes, and for no others. */
  readonly tag: string;
}

const { limit: _limit, cursor: _cursor, include: _include, ...whole } = BarsQuestionSchema.properties;

/**
 * The same bars as `getBars`, all of them, as a file that lies ready. `isFurtherPart` says that another part of it was
 * read before: then a file that was true a moment ago will do, so that one who reads in parts is not given a new file
 * at each bar that comes.
 * @throws as `getBars`
 * @throws InvalidRequestError `INVALID_RANGE` if the file would be larger than what is kept
 * @throws StoreError `TEMPORARY_SPACE_FULL`
 */
export const getBarsFile = defineQuery<BarsFile>()(
  'bars.get-bars-file',
  Type.Object({ ...whole, format: Type.Enum(BAR_FILE_NAMES), isFurtherPart: Type.Optional(Type.Boolean()) }),
);

const MOST_BYTES = 2 ** 31;
const FURTHER_PARTS_MS = 60_000;

export function answerGetBarsFile(collections: BarsCollections, port: BarsPort): HandlerOf<typeof getBarsFile> {
  const shelf = new BarFileShelf();

  async function made(format: BarFileName, question: BarsQuestion, now: number): Promise<MadeFile> {
    const answer = await openAnswer(collections, port, question, now, { isEvidenceKept: true });
    const pieces = writeBars(format, answer.batches(BARS_PER_BATCH), fileFrame(answer.head, answer.end));
    const bytes = await spool(pieces, MOST_BYTES, tooLarge).catch(throwClearly);
    const evidence = answer.evidence() ?? neverKept();
    const tag = createHash('sha256').update(format).update(JSON.stringify(evidence)).digest('base64url').slice(0, 27);
    return { ...answer.end(), bytes, evidence, tag };
  }

  return async ({ format, isFurtherPart = false, ...question }, { now }) => {
    const key = JSON.stringify([format, question]);
    const file =
      (isFurtherPart ? shelf.young(key, now, FURTHER_PARTS_MS) : undefined) ??
      (await shelf.current(
        key,
        now,
        ({ evidence }) => isStillTrue(evidence, collections, port, question, now),
        () => made(format, question, now),
      ));
    const { bytes, tag, completeness, nextCursor } = file;
    return { size: bytes.size, tag, completeness, nextCursor, read: (from, to) => bytes.read(from, to) };
  };
}

const tooLarge = (): InvalidRequestError =>
  new InvalidRequestError(
    'INVALID_RANGE',
    'The file would be larger than 2 GiB: ask for less with from and to, or stream it from the address without an ending, with format=',
  );

function neverKept(): never {
  throw new InvariantError('INTERNAL', 'What the file was made of was not kept');
}

function throwClearly(error: unknown): never {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    throw new StoreError('TEMPORARY_SPACE_FULL', 'The folder for temporary files is full: make room, or set TMPDIR', {
      cause: error,
    });
  throw error;
}
