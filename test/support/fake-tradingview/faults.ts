import type { Fault, HttpFault } from './fake-tradingview.ts';
import { cutFrame } from '../fake-vendor/fake-sockets.ts';
import { framed, textOf } from './packets.ts';

/** The ordinary answer with its text changed; every packet keeps a true length. */
export const withText =
  (change: (text: string) => string): Fault =>
  ({ answer, send }) =>
    send(answer.map((message) => change(textOf(message))));

/** Never an answer. */
export const silence: Fault = () => undefined;

/** The answer in two messages, cut at a place of its text. */
export const splitAt =
  (place: number): Fault =>
  ({ answer, socket }) => {
    const text = answer.map((message) => framed(textOf(message))).join('');
    socket.send(text.slice(0, place));
    socket.send(text.slice(place));
  };

/** A WebSocket frame that ends in the middle of a packet, then a reset of the connection. */
export const resetInsideFrame: Fault = ({ answer, wire }) => {
  cutFrame(wire, Buffer.from(answer.map((message) => framed(textOf(message))).join('')));
};

/** A whole packet cut off, then a close with a code. */
export const closeWith =
  (code: number): Fault =>
  ({ answer, socket }) => {
    const text = answer.map((message) => framed(textOf(message))).join('');
    socket.send(text.slice(0, text.length >> 1));
    socket.close(code);
  };

/** A text that is no packet. */
export const unframed =
  (text: string): Fault =>
  ({ socket }) =>
    socket.send(text);

/** Other messages instead of the answer. */
export const instead =
  (messages: (params: readonly unknown[]) => readonly unknown[]): Fault =>
  ({ params, send }) =>
    send(messages(params));

/** A status without success. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): HttpFault =>
  (response) =>
    response.writeHead(code, { ...headers, connection: 'close' }).end(body);

/** A byte now and then, without an end. */
export const drip: HttpFault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** Reset in the middle of the body. */
export const resetInsideBody: HttpFault = (response) => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"symbols":[', () => response.socket?.resetAndDestroy());
};
