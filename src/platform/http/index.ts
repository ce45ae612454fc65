export * from './http-server.ts';
export * from './operations.ts';
export { ProblemJson } from './problem.ts';
export { sendStream } from './send-stream.ts';
