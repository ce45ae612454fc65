export { createRequester } from './requester.ts';
export type * from './requester-options.ts';
export type { BreakerOptions, BreakerState } from './circuit-breaker.ts';
export type { Priority, RequestLimits } from './request-limiter.ts';
export { sleep, systemTimer, type Timer } from '../waiting/index.ts';
export { withinDeadline } from './within-deadline.ts';
export { statusRefusal } from './status-refusal.ts';
export { answerReader } from './answer-reader.ts';
