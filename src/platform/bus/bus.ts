import { randomUUID } from 'node:crypto';
import type { StaticDecode, TSchema } from 'typebox';
import { InvariantError } from '../errors/index.ts';
import type { HandlerOf, Message, MessageContext, MessageKind, MessageType } from './message.ts';
import { inputReader } from './read-input.ts';

/** Wraps the handling of every message; calls `next`, more than once only for a message that is repeatable, or throws. */
export type Middleware = (message: Message, context: MessageContext, next: () => Promise<unknown>) => Promise<unknown>;

export interface Bus {
  /** Runs a command and answers with its result. */
  execute<Result>(command: Message<'command', Result>, origin?: MessageOrigin): Promise<Result>;
  /** Answers a query. */
  ask<Result>(query: Message<'query', Result>, origin?: MessageOrigin): Promise<Result>;
  /** Names the one handler of a command. */
  handle<Result, Schema extends TSchema>(
    type: MessageType<'command', Result, Schema>,
    handler: HandlerOf<MessageType<'command', Result, Schema>>,
  ): void;
  /** Names the one handler of a query. */
  answer<Result, Schema extends TSchema>(
    type: MessageType<'query', Result, Schema>,
    handler: HandlerOf<MessageType<'query', Result, Schema>>,
  ): void;
}

/** Ties what a message causes to the request that it came with. */
export interface MessageOrigin {
  readonly correlationId?: string;
}

export interface BusOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** Outermost first. */
  readonly middlewares: readonly Middleware[];
}

type AnyHandler = (input: unknown, context: MessageContext) => Promise<unknown>;

export function createBus({ clock, middlewares }: BusOptions): Bus {
  const handlers = new Map<string, AnyHandler>();

  function register<Kind extends MessageKind, Result, Schema extends TSchema>(
    { messageName, schema }: MessageType<Kind, Result, Schema>,
    handler: (input: StaticDecode<Schema>, context: MessageContext) => Promise<Result>,
  ): void {
    if (handlers.has(messageName)) throw new InvariantError('INTERNAL', `Two handlers for ${messageName}`);
    const read = inputReader(schema);
    handlers.set(messageName, (input, context) => handler(read(input), context));
  }

  async function dispatch(message: Message, origin: MessageOrigin): Promise<unknown> {
    const handler = handlers.get(message.name);
    if (handler === undefined) throw new InvariantError('INTERNAL', `No handler for ${message.name}`);
    const context = { now: clock(), correlationId: origin.correlationId ?? randomUUID() };
    const run = middlewares.reduceRight<() => Promise<unknown>>(
      (next, middleware) => () => middleware(message, context, next),
      async () => handler(message.input, context),
    );
    return run();
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
