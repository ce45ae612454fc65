import Type from 'typebox';
import { BAR_INTERVALS, INSTRUMENT_ID_PATTERN, type BarInterval } from '../../market/index.ts';

const INSTRUMENT = INSTRUMENT_ID_PATTERN.slice(1, -1);

/** `bars:NASDAQ:AAPL/1m`, `quotes:NASDAQ:AAPL`, `changes` or `jobs`. */
export type StreamTopic = 'changes' | 'jobs' | `quotes:${string}` | `bars:${string}/${BarInterval}`;

/** What a client may listen to. */
const TopicText = Type.String({
  pattern: `^(changes|jobs|quotes:${INSTRUMENT}|bars:${INSTRUMENT}/(${BAR_INTERVALS.join('|')}))$`,
  description:
    'bars:ID/INTERVAL, quotes:ID, changes or jobs, with an ID such as NASDAQ:AAPL and an INTERVAL such as 1m',
});

export const MOST_TOPICS = 2_000;
export const TopicTexts = Type.Array(TopicText, { minItems: 1, maxItems: MOST_TOPICS });
export const After = Type.Integer({ minimum: 0, description: 'seq of the last message seen' });

export const CHANGES_TOPIC = 'changes';
export const JOBS_TOPIC = 'jobs';
export const quotesTopic = (instrumentId: string): string => `quotes:${instrumentId}`;
export const barsTopic = (series: string): string => `bars:${series}`;

/** Whether a topic's messages come from the change feed, so that none may be missed. */
export const isNumbered = (topic: string): boolean => topic === CHANGES_TOPIC || topic.startsWith('bars:');
