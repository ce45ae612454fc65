import { isNumbered, type NumberedMessage, type StreamMessage } from './stream-events.ts';

/** What a client sends. */
export type ClientMessage =
  | { readonly action: 'subscribe'; readonly topics: readonly string[]; readonly after?: number }
  | { readonly action: 'unsubscribe'; readonly topics: readonly string[] };

/** Topics that were subscribed by one message, and so have one place in the change feed. */
interface Group {
  /** As the server is asked for them. */
  readonly asked: Set<string>;
  /** As the server calls them. */
  readonly told: Set<string>;
  /** All up to this seq was heard; `undefined` before the server has said where it starts. */
  after: number | undefined;
  /** What was heard of the change after it, which is told again if the connection ends now. */
  heard: Set<string>;
}

/** Of a message of at most 64 KiB. */
const MOST_TOPICS_A_MESSAGE = 200;

/** Which topics are followed and up to where they were heard, so that a new connection goes on where one ended. */
export class Places {
  #groups: Group[] = [];
  /** What was sent and is not answered yet, the oldest first: the server answers in order. */
  #unanswered: (Group | undefined)[] = [];

  get isAllAnswered(): boolean {
    return this.#unanswered.length === 0;
  }

  /** @returns what to send for it; topics that are followed already stay where they are, unless `after` is given */
  add(topics: readonly string[], after?: number): ClientMessage[] {
    const known = new Set(this.#groups.flatMap(({ asked }) => [...asked]));
    const wanted = [...new Set(topics)].filter((topic) => after !== undefined || !known.has(topic));
    for (const topic of wanted) this.#forget(topic);
    const groups = groupsOf(wanted, after, new Set());
    this.#groups.push(...groups);
    return this.#asked(groups);
  }

  /** @returns what to send for it */
  remove(topics: readonly string[]): ClientMessage[] {
    for (const topic of topics) this.#forget(topic);
    return inPieces(topics).map((piece) => {
      this.#unanswered.push(undefined);
      return { action: 'unsubscribe', topics: piece };
    });
  }

  /** What to send first over a new connection. */
  resume(): ClientMessage[] {
    const byPlace = Map.groupBy(this.#groups, ({ after }) => after);
    this.#groups = [...byPlace].flatMap(([after, groups]) =>
      groupsOf(
        groups.flatMap(({ asked }) => [...asked]),
        after,
        new Set(groups.flatMap(({ heard }) => [...heard])),
      ),
    );
    this.#unanswered = [];
    return this.#asked(this.#groups);
  }

  /** Takes note of a message. @returns whether it says anything new */
  hear(message: StreamMessage): boolean {
    if (message.type === 'subscribed') this.#begin(this.#unanswered.shift(), message.topics, message.seq);
    else if (message.type === 'unsubscribed') {
      this.#unanswered.shift();
      for (const { told } of this.#groups) for (const topic of message.topics) told.delete(topic);
    } else if (isNumbered(message)) return this.#advance(message);
    return true;
  }

  #begin(group: Group | undefined, topics: readonly string[], seq: number | null): void {
    if (group === undefined) return;
    // Without a seq the server has left topics where they were.
    const others = this.#groups.filter((other) => other !== group);
    const isElsewhere = (topic: string): boolean => others.some(({ told }) => told.has(topic));
    for (const topic of topics) {
      if (group.after === undefined && isElsewhere(topic)) continue;
      for (const { told } of others) told.delete(topic);
      group.told.add(topic);
    }
    if (seq !== null) group.after = seq;
  }

  #advance(message: NumberedMessage): boolean {
    const group = this.#groups.find(({ told }) => told.has(message.topic));
    if (group === undefined) return false; // of a topic that was given up
    const key = `${message.topic} ${message.seq} ${message.type === 'bar' ? message.bar.openTime : ''}`;
    const isNew = !group.heard.has(key);
    if (message.more === true) group.heard.add(key);
    else {
      group.after = message.seq;
      group.heard.clear();
    }
    return isNew;
  }

  #forget(topic: string): void {
    for (const { asked } of this.#groups) asked.delete(topic);
    this.#groups = this.#groups.filter(({ asked }) => asked.size > 0);
  }

  #asked(groups: readonly Group[]): ClientMessage[] {
    this.#unanswered.push(...groups);
    return groups.map(({ asked, after }) => ({
      action: 'subscribe',
      topics: [...asked],
      ...(after === undefined ? {} : { after }),
    }));
  }
}

function groupsOf(topics: readonly string[], after: number | undefined, heard: ReadonlySet<string>): Group[] {
  return inPieces(topics).map((piece) => ({
    asked: new Set(piece),
    told: new Set(),
    after,
    heard: new Set(heard),
  }));
}

function inPieces(topics: readonly string[]): string[][] {
  const count = Math.ceil(topics.length / MOST_TOPICS_A_MESSAGE);
  return Array.from({ length: count }, (_, at) =>
    topics.slice(at * MOST_TOPICS_A_MESSAGE, (at + 1) * MOST_TOPICS_A_MESSAGE),
  );
}
