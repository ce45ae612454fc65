import { join } from 'node:path';
import type { HttpServer } from './http-server.ts';
import { routeNotFound } from './problem.ts';

/** Nothing comes from elsewhere, nothing inline is run, no other page shows these. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface Pages {
  /** Holds `index.html`, and `assets/` whose names change with what is in them. */
  readonly folder: string;
  /** Paths that `index.html` answers; it shows what each is about. */
  readonly paths: readonly string[];
  /** Files that pages offer, by their folder on this disk. */
  readonly samples: string;
}

/** Pages for browsers, beside the API. */
export async function servePages(server: HttpServer, { folder, paths, samples }: Pages): Promise<void> {
  const { serveFiles } = await import('./framework.ts');
  // A page that was open while it was built anew asks for files that are gone.
  server.setNotFoundHandler(({ method, url }) => {
    throw routeNotFound(method, url);
  });
  await server.register(serveFiles, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    index: false,
    schemaHide: true,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
      reply.header('cache-control', path.endsWith('.html') ? 'no-cache' : 'public, max-age=31536000, immutable');
    },
  });
  await server.register(serveFiles, {
    root: samples,
    prefix: '/examples/',
    wildcard: false,
    schemaHide: true,
    decorateReply: false,
  });
  for (const path of paths)
    server.get(path, { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html', folder));
}
