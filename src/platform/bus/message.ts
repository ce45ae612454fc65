import type { Static, StaticDecode, TObject } from 'typebox';

/** A command or query on its way: what is asked, and (in its type only) what comes back. */
export interface Message<Kind extends MessageKind = MessageKind, Result = unknown, Progress = unknown> {
  readonly kind: Kind;
  readonly name: string;
  readonly input: unknown;
  /** Whether doing it twice is as good as doing it once. */
  readonly isRepeatable: boolean;
  /** Never set: carries the result's type, so that the bus can infer it. */
  readonly result?: Result;
  /** Never set: carries the type of what is told on the way. */
  readonly progress?: Progress;
}

export type MessageKind = 'command' | 'query';

/** Makes messages of one name, and knows the one schema that every door's input must pass. */
export interface MessageType<Kind extends MessageKind, Result, Schema extends TObject, Progress = never> {
  (input: InputOf<Schema>): Message<Kind, Result, Progress>;
  readonly kind: Kind;
  readonly messageName: string;
  readonly schema: Schema;
}

/** What a caller may send: fields as callers write them, such as times; one that may be left out may be `undefined`. */
export type InputOf<Schema extends TObject> = OrUndefined<Static<Schema>>;
type OrUndefined<Input> = {
  [Name in keyof Input]: undefined extends Input[Name] ? Input[Name] | undefined : Input[Name];
};

/** What a handler knows besides its input. `now` is UTC epoch ms. */
export interface MessageContext<Progress = never> {
  readonly now: number;
  readonly correlationId: string;
  /** Aborts when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Tells whoever asked how far the work is. */
  readonly onProgress: (progress: Progress) => void;
}

export type Handler<Input, Result, Progress = never> = (
  input: Input,
  context: MessageContext<Progress>,
) => Promise<Result>;

/** The handler that a message type needs. */
export type HandlerOf<Type> =
  Type extends MessageType<MessageKind, infer Result, infer Schema, infer Progress>
    ? Handler<StaticDecode<Schema>, Result, Progress>
    : never;

/** A message that changes what is stored; `isRepeatable` where doing it twice is as good as doing it once. */
export function defineCommand<Result, Progress = never>(): <Schema extends TObject>(
  name: string,
  schema: Schema,
  options?: { readonly isRepeatable: boolean },
) => MessageType<'command', Result, Schema, Progress> {
  return (name, schema, options) => messageType('command', name, schema, options?.isRepeatable === true);
}

/** A message that only reads. */
export function defineQuery<Result, Progress = never>(): <Schema extends TObject>(
  name: string,
  schema: Schema,
) => MessageType<'query', Result, Schema, Progress> {
  return (name, schema) => messageType('query', name, schema, true);
}

function messageType<Kind extends MessageKind, Result, Schema extends TObject, Progress>(
  kind: Kind,
  name: string,
  schema: Schema,
  isRepeatable: boolean,
): MessageType<Kind, Result, Schema, Progress> {
  const make = (input: InputOf<Schema>): Message<Kind, Result, Progress> => ({ kind, name, input, isRepeatable });
  return Object.assign(make, { kind, messageName: name, schema });
}
