import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Stands before a MongoDB server and takes it away. */
export interface Proxy {
  /** The database of that name through the proxy. */
  url(name: string, options?: string): string;
  /** Ends every connection and takes no new ones, until `restore`. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** Ends the connections that ask for this from now on, so many of them, after the server has done it. */
  loseAnswersTo(command: string, collection: string, times: number): void;
  /** Requests whose answers were lost. */
  lost(): number;
}

/**
 * A proxy before the server that MONGODB_URI names, gone with the test.
 * @param socketPath where to listen, if not on a port
 */
export async function aProxy(t: TestContext, socketPath?: string): Promise<Proxy> {
  const { hostname, port } = new URL(process.env['MONGODB_URI'] ?? 'mongodb://set-MONGODB_URI-for-these-tests');
  const sockets = new Set<Socket>();
  let marker: Buffer | undefined;
  let timesLeft = 0;
  let lost = 0;
  const server: Server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let isMute = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on('data', (bytes) => {
      if (marker !== undefined && timesLeft > 0 && bytes.includes(marker)) {
        timesLeft--;
        isMute = true;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isMute) return client.write(bytes);
      lost++;
      return client.destroy();
    });
  });
  const listen = async (at: number | string): Promise<void> => {
    server.listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' });
    await once(server, 'listening');
  };
  await listen(socketPath ?? 0);
  const address = server.address();
  const place = typeof address === 'object' && address !== null ? address.port : (address ?? 0);
  const cut = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  t.after(cut);
  const host = typeof place === 'string' ? encodeURIComponent(place) : `127.0.0.1:${place}`;
  return {
    // Told so, the driver does not go around the proxy to where the server says that it is.
    url: (name, options = '') => `mongodb://${host}/${name}?directConnection=true${options}`,
    cut,
    restore: () => listen(place),
    loseAnswersTo(command, collection, times) {
      const length = Buffer.alloc(4);
      length.writeInt32LE(collection.length + 1);
      marker = Buffer.concat([Buffer.from(`${command}\0`), length, Buffer.from(`${collection}\0`)]);
      timesLeft = times;
    },
    lost: () => lost,
  };
}
