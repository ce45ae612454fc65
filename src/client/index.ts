export { createClient, type Client, type ClientOptions, type ExportedBars } from './create-client.ts';
export type {
  Answer,
  Bar,
  BarsAnswer,
  Change,
  FileFormat,
  GetBarsInput,
  Input,
  OperationName,
} from './inputs-and-answers.ts';
export { type AskOptions } from './ask.ts';
export { type BarColumns, type ColumnsAnswer } from './columns.ts';
export { type Following, type FollowInput, type StreamState } from './follow.ts';
export type {
  BarEvent,
  ChangeEvent,
  FollowEvent,
  JobEvent,
  OpenBarEvent,
  QuoteEvent,
  StreamTopic,
  SubscribedEvent,
} from './stream-events.ts';
export { PocketQuantProblem, ServerUnreachable, type FieldFault } from './problem.ts';
export { type FileBody, type TimeInput } from './route.ts';
export { type BarInterval } from './operations.ts';
