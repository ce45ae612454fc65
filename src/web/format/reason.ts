/** How loud a reason is: what nobody can help is quiet; what a fetch may mend is loud. */
export type ReasonTone = 'quiet' | 'warn' | 'bad';

interface ReasonWords {
  readonly text: string;
  readonly tone: ReasonTone;
  /** What it means, and what to do. */
  readonly advice: string;
  /** A provider can be asked for it. */
  readonly isFetchable?: boolean;
}

const REASONS: Readonly<Record<string, ReasonWords>> = {
  held: { text: 'held', tone: 'quiet', advice: 'Bars that are stored.' },
  notFetched: {
    text: 'not fetched',
    tone: 'warn',
    advice: 'No provider was asked for it yet: fetch it.',
    isFetchable: true,
  },
  providerError: {
    text: 'provider failed',
    tone: 'bad',
    advice: 'A provider was asked and could not answer: see what it said, then fetch again.',
    isFetchable: true,
  },
  quarantined: {
    text: 'quarantined',
    tone: 'bad',
    advice: 'Bars came, but were rejected: look at the quarantine.',
  },
  noTrades: { text: 'no trades', tone: 'quiet', advice: 'A provider answered that nothing traded.' },
  notYet: { text: 'not over yet', tone: 'quiet', advice: 'The interval still runs.' },
  beforeListing: { text: 'before the listing', tone: 'quiet', advice: 'The instrument was not listed yet.' },
  afterDelisting: { text: 'after the delisting', tone: 'quiet', advice: 'The instrument was not listed any more.' },
};

/** What a status of coverage, or a reason why bars are missing, says in plain words. */
export function reasonWords(reason: string): ReasonWords {
  return REASONS[reason] ?? { text: reason, tone: 'bad', advice: '' };
}
