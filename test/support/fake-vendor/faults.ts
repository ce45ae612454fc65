import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

export interface FakeAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends something else than the answer that would have been right. */
export type Fault = (good: FakeAnswer, response: ServerResponse) => void;

/** No fault. */
export const sendAnswer: Fault = ({ status, body, headers }, response) => {
  response.writeHead(status, headers).end(body);
};

export const HTML = '<!DOCTYPE html><html><body>We will be right back</body></html>';

export function answering(status: number, body = '', headers: Readonly<Record<string, string>> = {}): Fault {
  return (_good, response) => sendAnswer({ status, body, headers }, response);
}

export const cutInside: Fault = (good, response) =>
  sendAnswer({ ...good, body: good.body.slice(0, Math.ceil(good.body.length / 2)) }, response);

/** Neither headers nor an end. */
export const silent: Fault = () => undefined;

/** A byte at a time, far apart. */
export const trickling: Fault = ({ status, body, headers }, response) => {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  let sent = 0;
  const timer = setInterval(() => response.write(body[sent++]), 40);
  response.on('close', () => clearInterval(timer));
};

export const resetInside: Fault = ({ status, body, headers }, response) => {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.socket?.resetAndDestroy());
};

export const resetAtOnce: Fault = (_good, response) => {
  response.socket?.resetAndDestroy();
};

export const gzipped: Fault = (good, response) => {
  response.writeHead(good.status, { ...good.headers, 'content-encoding': 'gzip' }).end(gzipSync(good.body));
};

export const cutGzip: Fault = (good, response) => {
  response.writeHead(good.status, { ...good.headers, 'content-encoding': 'gzip' });
  response.end(gzipSync(good.body).subarray(0, -12));
};

/** Changes the text of the answer. */
export function rewriting(change: (body: string) => string): Fault {
  return (good, response) => sendAnswer({ ...good, body: change(good.body) }, response);
}
