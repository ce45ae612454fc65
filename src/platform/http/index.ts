export { FailureJson, orNull, TimeJson } from './answer-parts.ts';
export { isLoopback } from './callers.ts';
export { bodies, problem } from './documents.ts';
export * from './http-server.ts';
export * from './operations.ts';
export { sendStream } from './send-stream.ts';
export { timesAsText, TimeText, TimeValue } from './time-text.ts';
export { takeFiles, uploadedFile, type UploadedFile } from './upload.ts';
export { untilGone } from './until-gone.ts';
