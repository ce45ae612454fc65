export * from './http-server.ts';
export * from './operations.ts';
export { sendStream } from './send-stream.ts';
export { TimeText } from './time-text.ts';
