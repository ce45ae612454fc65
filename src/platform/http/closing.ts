import type { FastifyInstance } from 'fastify';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long requests that are under way may take to end once the server closes. */
const REQUESTS_END_WITHIN_MS = 4_000;

/**
 * While the server closes, connections end with their last answer, which clients would keep open for a minute otherwise;
 * those without a request, whole or in part, end at once; and what is under way for too long is cut off. WebSockets end
 * by themselves, as they are told to.
 */
export function closeConnections(server: Pick<FastifyInstance, 'server' | 'addHook'>): void {
  const open = new Set<Duplex>();
  /** Those that wait for an answer. */
  const busy = new Set<Duplex>();
  const upgraded = new WeakSet<Duplex>();
  let isClosing = false;

  server.server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      busy.delete(socket);
    });
  });
  server.server.on('upgrade', (_request, socket: Duplex) => upgraded.add(socket));
  // Requests by injection have no real one.
  server.addHook('onRequest', async ({ raw: { socket } }) => {
    if (open.has(socket)) busy.add(socket);
  });
  server.addHook('onResponse', async ({ raw: { socket } }) => {
    busy.delete(socket);
    if (isClosing && socket instanceof Socket && open.has(socket)) socket.destroySoon();
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of open) if (!busy.has(socket) && !upgraded.has(socket)) socket.destroy();
    const force = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, REQUESTS_END_WITHIN_MS);
    server.server.once('close', () => clearTimeout(force));
  });
}
