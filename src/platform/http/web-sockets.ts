import type { WebsocketPluginOptions } from '@fastify/websocket';
import type { WebSocket } from 'ws';

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
