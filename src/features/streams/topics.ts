import Type from 'typebox';
import {
  BAR_INTERVALS,
  INSTRUMENT_ID_FORMAT,
  instrumentId,
  seriesInterval,
  type InstrumentId,
  type SeriesInterval,
} from '../../market/index.ts';
import { readField } from '../../platform/errors/index.ts';

const INSTRUMENT = INSTRUMENT_ID_FORMAT.pattern.slice(1, -1);
const INTERVALS = new Set(BAR_INTERVALS.flatMap((interval) => [interval, seriesInterval(interval, 'session')]));

/** `bars:NASDAQ:AAPL/1m`, `bars:NASDAQ:SPY/1h@session`, `quotes:NASDAQ:AAPL`, `changes` or `jobs`. */
export type StreamTopic = 'changes' | 'jobs' | `quotes:${string}` | `bars:${string}/${SeriesInterval}`;

/** What a client may listen to. */
const TopicText = Type.String({
  pattern: `^(changes|jobs|quotes:${INSTRUMENT}|bars:${INSTRUMENT}/(${[...INTERVALS].join('|')}))$`,
  description:
    'bars:ID/INTERVAL, quotes:ID, changes or jobs, with an ID such as NASDAQ:AAPL and an INTERVAL such as 1m or 1h@session',
});

export const MOST_TOPICS = 2_000;
export const TopicTexts = Type.Array(TopicText, { minItems: 1, maxItems: MOST_TOPICS });
export const After = Type.Integer({ minimum: 0, description: 'seq of the last message seen' });

export const CHANGES_TOPIC = 'changes';
export const JOBS_TOPIC = 'jobs';
export const quotesTopic = (instrumentId: string): string => `quotes:${instrumentId}`;
export const barsTopic = (series: string): string => `bars:${series}`;

/**
 * The topics as their messages name them: each with its instrument as it is stored.
 * @throws InvalidRequestError `INVALID_REQUEST`, `INSTRUMENT_AMBIGUOUS`
 */
export function topicsAsStored(
  topics: readonly string[],
  storedAs: (id: InstrumentId) => Promise<InstrumentId>,
): Promise<string[]> {
  return Promise.all(
    topics.map(async (topic) => {
      const kind = topic.slice(0, topic.indexOf(':') + 1);
      if (kind === '') return topic;
      const rest = topic.slice(kind.length);
      const end = kind === 'bars:' ? rest.lastIndexOf('/') : rest.length;
      const id = await storedAs(readField('topics', rest.slice(0, end), instrumentId));
      return `${kind}${id}${rest.slice(end)}`;
    }),
  );
}

/** Whether a topic's messages come from the change feed, so that none may be missed. */
export const isNumbered = (topic: string): boolean => topic === CHANGES_TOPIC || topic.startsWith('bars:');
