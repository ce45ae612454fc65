import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Cache, CacheEntry } from '../../../../platform/cache/index.ts';
import { fileFrame } from '../../bars-json.ts';
import type { BarsCollections } from '../../collections.ts';
import { giveBack, writeBars } from '../../../../barfiles/index.ts';
import { isStillTrue, trueUntil, type Evidence } from '../../reading/evidence.ts';
import { openAnswer } from '../../reading/open-answer.ts';
import type { BarsKnowledge } from '../../reading/plan-answer.ts';
import { BarsQuestionSchema } from '../get-bars/get-bars.query.ts';

/** A page of bars as the bytes of a JSON answer. */
export interface BarsPage {
  readonly body: Uint8Array;
  /** To be called when nobody reads `body` any more. */
  release(): void;
}

/**
 * A page of bars ready to be sent: the same answer as `getBars`. One that was asked for before comes from the cache,
 * once it was made sure that it is what would be answered now.
 * @throws as `getBars`
 */
export const getPage = defineQuery<BarsPage>()(
  'bars.get-page',
  Type.Object({
    ...BarsQuestionSchema.properties,
    limit: Type.Integer({ minimum: 1 }),
    format: Type.Enum(['json', 'columns']),
  }),
);

/** When an entry was last found true: the version of the data then, and until when time alone changes nothing. */
interface Confirmation {
  readonly version: number | undefined;
  readonly until: number;
}

export interface PageTools {
  readonly collections: BarsCollections;
  readonly knowledge: BarsKnowledge;
  readonly cache: Cache;
  /** A number that changes with everything that is written, by whomever; `undefined` where asking for it is not cheap. */
  readonly dataVersion: () => number | undefined;
}

const nothing = (): void => undefined;

export function answerGetPage({ collections, knowledge, cache, dataVersion }: PageTools): HandlerOf<typeof getPage> {
  const confirmed = new WeakMap<CacheEntry, Confirmation>();

  return async ({ format, ...question }, { now }) => {
    const key = JSON.stringify([format, question]);
    const version = dataVersion(); // before anything is read: what is written meanwhile is another version

    async function isTrue(entry: CacheEntry): Promise<boolean> {
      const known = confirmed.get(entry);
      if (version !== undefined && known?.version === version && now < known.until) return true;
      const evidence = evidenceIn(entry);
      if (evidence === undefined || !(await isStillTrue(evidence, collections, knowledge, question, now))) return false;
      confirmed.set(entry, { version, until: trueUntil(evidence, question, now) });
      return true;
    }

    const changesBySecond = question.include !== undefined;
    const entry = changesBySecond ? undefined : await cache.get(key);
    if (entry !== undefined && (await isTrue(entry))) {
      cache.count('hit');
      return { body: entry.body, release: nothing };
    }
    cache.count('miss');
    const answer = await openAnswer(collections, knowledge, question, now);
    const body = await wholeBody(writeBars(format, answer.batches(Infinity), fileFrame(answer.head, answer.end)));
    const evidence = !changesBySecond && cache.admits(key) ? answer.evidence() : undefined;
    if (evidence !== undefined) {
      const made = { label: JSON.stringify(evidence), body: Buffer.from(body) };
      confirmed.set(made, { version, until: trueUntil(evidence, question, now) });
      cache.set(key, made);
    }
    return { body, release: () => giveBack(body) };
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
