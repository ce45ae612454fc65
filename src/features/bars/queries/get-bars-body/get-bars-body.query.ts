import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Cache, CacheEntry } from '../../../../platform/cache/index.ts';
import { fileFrame } from '../../bars-json.ts';
import type { BarsCollections } from '../../collections.ts';
import { BAR_FORMAT_NAMES, giveBack, writeBars } from '../../../../barfiles/index.ts';
import { isStillTrue, trueUntil, type Evidence } from '../../reading/evidence.ts';
import { openAnswer, type AnswerEnd } from '../../reading/open-answer.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';
import { BarsQuestionSchema, type BarsQuestion } from '../../reading/bars-question.ts';
import type { exportBars } from '../export-bars/export-bars.query.ts';

/** What `GET /bars` answers: a page that is ready to be sent, or the bytes of the whole range as they are read. */
export type BarsBody =
  | {
      readonly kind: 'page';
      readonly bytes: Uint8Array;
      /** To be called when nobody reads `bytes` any more. */
      release(): void;
    }
  | {
      readonly kind: 'stream';
      readonly bytes: AsyncIterable<Uint8Array>;
      /** What there is to say about the bars, when the last byte was read. */
      end(): AnswerEnd;
    };

/** Bars of one page unless the question says otherwise. */
const DEFAULT_LIMIT = 1_000;

/**
 * The same answer as `getBars` in the bytes of a format. `json` and `columns` come in pages of 1,000 bars unless `limit`
 * says otherwise: one that was asked for before comes from the cache, once it was made sure that it is what would be
 * answered now. The other formats are streamed whole.
 * @throws as `getBars`
 */
export const getBarsBody = defineQuery<BarsBody>()(
  'bars.get-bars-body',
  Type.Object({ ...BarsQuestionSchema.properties, format: Type.Enum(BAR_FORMAT_NAMES) }),
);

/** When an entry was last found true: the version of the data then, and until when time alone changes nothing. */
interface Confirmation {
  readonly version: number | undefined;
  readonly until: number;
}

export interface BodyTools {
  readonly collections: BarsCollections;
  readonly port: BarsPort;
  readonly cache: Cache;
  /** A number that changes with everything that is written, by whomever; `undefined` where asking for it is not cheap. */
  readonly dataVersion: () => number | undefined;
  readonly exported: HandlerOf<typeof exportBars>;
}

const nothing = (): void => undefined;

export function answerGetBarsBody(tools: BodyTools): HandlerOf<typeof getBarsBody> {
  const { collections, port, cache, dataVersion, exported } = tools;
  const confirmed = new WeakMap<CacheEntry, Confirmation>();

  async function page(format: 'json' | 'columns', question: BarsQuestion, now: number): Promise<BarsBody> {
    const key = JSON.stringify([format, question]);
    const version = dataVersion(); // before anything is read: what is written meanwhile is another version

    async function isTrue(entry: CacheEntry): Promise<boolean> {
      const known = confirmed.get(entry);
      if (version !== undefined && known?.version === version && now < known.until) return true;
      const evidence = evidenceIn(entry);
      if (evidence === undefined || !(await isStillTrue(evidence, collections, port, question, now))) return false;
      confirmed.set(entry, { version, until: trueUntil(evidence, question, now) });
      return true;
    }

    const changesBySecond = question.include !== undefined;
    const entry = changesBySecond ? undefined : await cache.get(key);
    if (entry !== undefined && (await isTrue(entry))) {
      cache.count('hit');
      return { kind: 'page', bytes: entry.body, release: nothing };
    }
    cache.count('miss');
    const answer = await openAnswer(collections, port, question, now);
    const body = await wholeBody(writeBars(format, answer.batches(Infinity), fileFrame(answer.head, answer.end)));
    const evidence = !changesBySecond && cache.admits(key) ? answer.evidence() : undefined;
    if (evidence !== undefined) {
      const made = { label: JSON.stringify(evidence), body: Buffer.from(body) };
      confirmed.set(made, { version, until: trueUntil(evidence, question, now) });
      cache.set(key, made);
    }
    return { kind: 'page', bytes: body, release: () => giveBack(body) };
  }

  return async (question, context) => {
    const { format, limit = DEFAULT_LIMIT, ...asked } = question;
    if (format === 'json' || format === 'columns') return page(format, { ...asked, limit }, context.now);
    const { bytes, end } = await exported(question, context);
    return { kind: 'stream', bytes, end };
  };
}

/** What is shared with others may be damaged. */
function evidenceIn({ label }: CacheEntry): Evidence | undefined {
  try {
    return JSON.parse(label) as Evidence;
  } catch {
    return undefined;
  }
}

/** A page is small: in one piece it is quicker than as a stream. */
async function wholeBody(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 ? all[0] : Buffer.concat(all);
}
