import Type, { type Static } from 'typebox';
import type { WebSocket } from 'ws';
import {
  asPocketQuantError,
  invalidInput,
  InvalidRequestError,
  type PocketQuantError,
} from '../../../../platform/errors/index.ts';
import { validatorOf } from '../../../../platform/schemas/index.ts';
import type { Hub } from '../../hub.ts';
import type { EventTexts } from '../../event-texts.ts';
import type { StreamClient, Transport } from '../../stream-client.ts';
import type { StreamEvent } from '../../stream-event.ts';
import { After, TopicTexts } from '../../topics.ts';

/** What a client may send. */
const ClientMessage = Type.Union([
  Type.Object(
    { action: Type.Literal('subscribe'), topics: TopicTexts, after: Type.Optional(After) },
    { additionalProperties: false },
  ),
  Type.Object({ action: Type.Literal('unsubscribe'), topics: TopicTexts }, { additionalProperties: false }),
]);
type ClientMessage = Static<typeof ClientMessage>;

const FULL_BYTES = 1_048_576;
const AS_TEXT = { binary: false };
const GOING_AWAY = 1001;
const MISSED_PONGS = 2;
const MESSAGES_PER_WINDOW = 1_000;
/** Sixteen times all topics that a client may have. */
const BYTES_PER_WINDOW = 1_048_576;
const WINDOW_MS = 10_000;

const validator = validatorOf(ClientMessage);

/** Serves a client over a WebSocket: it subscribes and unsubscribes by messages, and what it hears are messages. */
export function serveSocket(socket: WebSocket, hub: Hub, texts: EventTexts): void {
  const transport = new SocketTransport(socket, texts);
  const client = joined(hub, transport);
  if (client === undefined) return;
  transport.onDrained = () => client.flush();
  let work = Promise.resolve();
  let messages = 0;
  let bytes = 0;
  const window = setInterval(() => (messages = bytes = 0), WINDOW_MS).unref();
  socket.on('message', (data: Buffer) => {
    bytes += data.byteLength;
    if (++messages > MESSAGES_PER_WINDOW || bytes > BYTES_PER_WINDOW) return client.close(tooManyMessages());
    // One after the other, so that an unsubscribe never overtakes its subscribe.
    work = work.then(() => obey(client, data.toString()));
  });
  socket.once('close', () => {
    clearInterval(window);
    client.leave();
  });
}

function joined(hub: Hub, transport: Transport): StreamClient | undefined {
  try {
    return hub.join(transport);
  } catch (thrown) {
    transport.close(asPocketQuantError(thrown));
    return undefined;
  }
}

async function obey(client: StreamClient, text: string): Promise<void> {
  try {
    const message = read(text);
    if (message.action === 'unsubscribe') await client.unsubscribe(message.topics);
    else await client.subscribe(message.topics, message.after);
  } catch (thrown) {
    client.tell(thrown);
  }
}

/** @throws InvalidRequestError `INVALID_JSON`, `INVALID_REQUEST` */
function read(text: string): ClientMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidRequestError('INVALID_JSON', 'The message is not JSON', { cause: error });
  }
  if (validator().Check(value)) return value;
  throw invalidInput('The message', validator().Errors(value), { schema: ClientMessage, value });
}

function tooManyMessages(): PocketQuantError {
  return new InvalidRequestError(
    'TOO_MANY_MESSAGES',
    `More than ${MESSAGES_PER_WINDOW} messages or ${BYTES_PER_WINDOW} bytes in ${WINDOW_MS} ms`,
  );
}

class SocketTransport implements Transport {
  onDrained: () => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #texts: EventTexts;
  #unanswered = 0;
  #isWaiting = false;

  constructor(socket: WebSocket, texts: EventTexts) {
    this.#socket = socket;
    this.#texts = texts;
    socket.on('pong', () => (this.#unanswered = 0));
  }

  send(event: StreamEvent): void {
    this.#socket.send(this.#texts.bytesOf(event), AS_TEXT, this.#onSent);
  }

  readonly #onSent = (): void => {
    if (!this.#isWaiting || this.#socket.bufferedAmount >= FULL_BYTES) return;
    this.#isWaiting = false;
    this.onDrained();
  };

  isFull(): boolean {
    this.#isWaiting = this.#socket.bufferedAmount >= FULL_BYTES;
    return this.#isWaiting;
  }

  isAlive(): boolean {
    if (this.#unanswered >= MISSED_PONGS) return false;
    this.#unanswered++;
    this.#socket.ping();
    return true;
  }

  close(error?: PocketQuantError): void {
    this.#socket.close(error?.closeCode ?? GOING_AWAY, error?.code);
  }
}
