import type { WebsocketPluginOptions } from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { InvalidRequestError, NotFoundError } from '../errors/index.ts';
import type { Logger } from '../logging/index.ts';
import { endWithProblem, idOfRequest } from './below-routes.ts';

/** A larger message from a client closes its connection with 1009. */
const MAX_MESSAGE_BYTES = 65_536;
const GOING_AWAY = 1001;
const BUG = 1011;
const LEAVING_MS = 1_000;

/**
 * How routes with a `wsHandler` take WebSockets. When the server closes, their clients are sent away with 1001; the
 * server would wait for them otherwise.
 */
export function webSocketOptions(clients: () => Iterable<WebSocket>): WebsocketPluginOptions {
  return {
    // Messages are small and many: what compression would save, it costs in memory for each client.
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler(error, socket, request) {
      request.log.warn({ err: error }, 'A WebSocket failed');
      socket.close(BUG); // does nothing where the protocol has begun to close it for a reason of its own
    },
    preClose: async () => {
      for (const client of clients()) client.close(GOING_AWAY);
      setTimeout(() => {
        for (const client of clients()) client.terminate();
      }, LEAVING_MS).unref();
    },
  };
}

/** What asks for a WebSocket where there is none, or not as the protocol has it, is told so as any other request is. */
export function refuseFailedUpgrades(server: FastifyInstance, logger: Logger): void {
  const urls = new Set<string>();
  server.addHook('onRoute', ({ url, wsHandler }) => {
    if (wsHandler !== undefined) urls.add(url);
  });
  server.addHook('onRequest', async ({ ws, routeOptions: { url } }) => {
    if (ws && url !== undefined && !urls.has(url))
      throw new NotFoundError('ROUTE_NOT_FOUND', `There is no WebSocket at ${url}; there are ${[...urls].join(', ')}`);
  });
  server.websocketServer.on('wsClientError', ({ message }: Error, socket: Duplex, request: IncomingMessage) => {
    const refusal = /version/i.test(message)
      ? new InvalidRequestError('UPGRADE_REQUIRED', `${message}; send 13`)
      : new InvalidRequestError('INVALID_REQUEST', `Not a WebSocket: ${message}`);
    endWithProblem(socket, refusal, idOfRequest(request), logger, { 'sec-websocket-version': '13' });
  });
}
