import { randomUUID } from 'node:crypto';
import type { StaticDecode, TObject } from 'typebox';
import { InvariantError } from '../errors/index.ts';
import type { HandlerOf, Message, MessageContext, MessageKind, MessageType } from './message.ts';
import { inputReader } from './read-input.ts';

/**
 * Wraps the handling of every message; calls `next`, more than once only for a message that is repeatable, or throws.
 * What is handed to `next` is handled instead of the message: the same with another input.
 */
export type Middleware = (
  message: Message,
  context: MessageContext,
  next: (instead?: Message) => Promise<unknown>,
) => Promise<unknown>;

export interface Bus {
  /** Runs a command and answers with its result. */
  execute<Result, Progress = never>(
    command: Message<'command', Result, Progress>,
    origin?: MessageOrigin<NoInfer<Progress>>,
  ): Promise<Result>;
  /** Answers a query. */
  ask<Result, Progress = never>(
    query: Message<'query', Result, Progress>,
    origin?: MessageOrigin<NoInfer<Progress>>,
  ): Promise<Result>;
  /** Names the one handler of a command. */
  handle<Result, Schema extends TObject, Progress>(
    type: MessageType<'command', Result, Schema, Progress>,
    handler: HandlerOf<MessageType<'command', Result, Schema, Progress>>,
  ): void;
  /** Names the one handler of a query. */
  answer<Result, Schema extends TObject, Progress>(
    type: MessageType<'query', Result, Schema, Progress>,
    handler: HandlerOf<MessageType<'query', Result, Schema, Progress>>,
  ): void;
}

/** What a message brings along from whoever sends it. */
export interface MessageOrigin<Progress = never> {
  /** Ties what the message causes to the request that it came with. */
  readonly correlationId?: string;
  /** Stops what can be stopped: the message then fails with `CANCELLED`, or answers with what it did until then. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: Progress) => void;
}

export interface BusOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** Outermost first. */
  readonly middlewares: readonly Middleware[];
}

const NEVER = new AbortController().signal;

type AnyHandler = (input: unknown, context: MessageContext) => Promise<unknown>;

export function createBus({ clock, middlewares }: BusOptions): Bus {
  const handlers = new Map<string, AnyHandler>();

  function register<Kind extends MessageKind, Result, Schema extends TObject, Progress>(
    { messageName, schema }: MessageType<Kind, Result, Schema, Progress>,
    handler: (input: StaticDecode<Schema>, context: MessageContext<Progress>) => Promise<Result>,
  ): void {
    if (handlers.has(messageName)) throw new InvariantError('INTERNAL', `Two handlers for ${messageName}`);
    const read = inputReader(schema);
    // The message's type has seen to its progress.
    handlers.set(messageName, (input, context) => handler(read(input), context as MessageContext<Progress>));
  }

  async function dispatch(message: Message, origin: MessageOrigin): Promise<unknown> {
    const handler = handlers.get(message.name);
    if (handler === undefined) throw new InvariantError('INTERNAL', `No handler for ${message.name}`);
    const { correlationId = randomUUID(), signal = NEVER, onProgress = () => undefined } = origin;
    const context = { now: clock(), correlationId, signal, onProgress };
    const run = middlewares.reduceRight<(current: Message) => Promise<unknown>>(
      (next, middleware) => (current) => middleware(current, context, (instead = current) => next(instead)),
      async ({ input }) => handler(input, context),
    );
    return run(message);
  }

  return {
    execute: async <Result>(command: Message<'command', Result>, origin: MessageOrigin = {}) =>
      (await dispatch(command, origin)) as Result,
    ask: async <Result>(query: Message<'query', Result>, origin: MessageOrigin = {}) =>
      (await dispatch(query, origin)) as Result,
    handle: register,
    answer: register,
  };
}
