import type { Change } from '../../chunk/index.ts';
import { isoOfEpochMs, type Bar, type OpenBar, type Quote } from '../../market/index.ts';
import { InvariantError } from '../../platform/errors/index.ts';
import type { StreamedJob, StreamEvent } from './stream-event.ts';

/** How doors write values, each as the slice does whose it is: times as RFC 3339, what is absent as null. */
export interface JsonShapes {
  bar(bar: Bar): object;
  openBar(bar: OpenBar): object;
  change(change: Change): object;
  quote(quote: Quote): object;
  job(job: StreamedJob): object;
}

/** The JSON of events, made when a door first sends one, and once for all clients. */
export class EventTexts {
  readonly #shapes: JsonShapes;
  readonly #texts = new WeakMap<StreamEvent, string>();
  readonly #bytes = new WeakMap<StreamEvent, Buffer>();

  constructor(shapes: JsonShapes) {
    this.#shapes = shapes;
  }

  textOf(event: StreamEvent): string {
    const known = this.#texts.get(event);
    if (known !== undefined) return known;
    const topic = 'topic' in event ? { topic: event.topic } : {};
    const text = JSON.stringify({ type: wireType(event), ...topic, ...contentOf(event, this.#shapes) });
    this.#texts.set(event, text);
    return text;
  }

  /** The text as UTF-8. */
  bytesOf(event: StreamEvent): Buffer {
    const known = this.#bytes.get(event);
    if (known !== undefined) return known;
    const bytes = Buffer.from(this.textOf(event));
    this.#bytes.set(event, bytes);
    return bytes;
  }
}

/** An open bar is a `bar` message without a seq. */
export const wireType = ({ type }: StreamEvent): string => (type === 'openBar' ? 'bar' : type);

function contentOf(event: StreamEvent, shapes: JsonShapes): object {
  switch (event.type) {
    case 'bar':
      return { seq: event.changeSeq, bar: shapes.bar(event.bar), ...moreOf(event.seq) };
    case 'openBar':
      return { seq: null, bar: shapes.openBar(event.bar) };
    case 'change':
      return { ...shapes.change(event.change), ...moreOf(event.seq) };
    case 'quote':
      return { quote: shapes.quote(event.quote) };
    case 'job':
      return { job: shapes.job(event.job) };
    case 'subscribed':
      return { topics: event.topics, seq: event.seq ?? null };
    case 'unsubscribed':
      return { topics: event.topics };
    case 'error':
      return { status: event.error.httpStatus, code: event.error.code, detail: detailOf(event.error) };
    case 'heartbeat':
      return { time: isoOfEpochMs(event.time) };
  }
}

const moreOf = (seq: number | undefined): object => (seq === undefined ? { more: true } : {});

const detailOf = (error: Error): string =>
  error instanceof InvariantError ? 'Internal error; see the log' : error.message;
