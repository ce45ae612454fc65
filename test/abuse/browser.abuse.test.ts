import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { aServedProcess } from '../support/a-served-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? 'chromium';

/** What a page tries; each answers with what it got, or the name of the error that kept it from it. */
const ATTACKS = `
  const tried = (work) => work().catch((error) => error.name);
  const post = (path) => fetch(target + path, { method: 'POST', mode: 'no-cors', body: '{}' }).then((r) => r.type + r.status);
  const read = (path) => fetch(target + path).then(async (r) => r.status + (await r.text()).slice(0, 400));
  const socket = () => new Promise((resolve) => {
    const ws = new WebSocket(target.replace('http', 'ws') + '/api/v1/stream');
    ws.onopen = () => resolve('open');
    ws.onerror = () => resolve('refused');
  });
  const events = () => new Promise((resolve) => {
    const source = new EventSource(target + '/api/v1/stream/sse?topics=changes');
    source.onopen = () => resolve('open');
    source.onerror = () => resolve('refused');
  });
  const found = {
    read: await tried(() => read('/api/v1/symbols')),
    write: await tried(() => fetch(target + '/api/v1/symbols/A:EVIL', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' }).then((r) => r.status)),
    run: await tried(() => post('/api/v1/schedules/quarantine/run')),
    socket: await socket(),
    events: await events(),
  };
  await fetch(report, { method: 'POST', mode: 'no-cors', body: JSON.stringify(found) });
`;

async function listening(t: TestContext, server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Waits for what a page found, and answers it. */
async function reports(t: TestContext): Promise<{ readonly url: string; next(): Promise<Record<string, unknown>> }> {
  const server = createServer();
  const port = await listening(t, server);
  return {
    url: `http://127.0.0.1:${port}/`,
    async next() {
      const [request, response] = (await once(server, 'request')) as [IncomingMessage, { end(): void }];
      const found = JSON.parse(await text(request)) as Record<string, unknown>;
      response.end();
      return found;
    },
  };
}

/** A page of evil.test, which is this machine. */
function openPage(t: TestContext, url: string): void {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP evil.test 127.0.0.1'];
  const child = spawn(CHROMIUM, [...flags, `--user-data-dir=${aFolder(t)}`, url], { stdio: 'ignore' });
  t.after(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
}

const page = (script: string): string => `<!doctype html><script type="module">${script}</script>`;

test('a page of another origin can neither read nor write, run work or listen', { timeout: 60_000 }, async (t) => {
  const { url: target } = await aServedProcess(t);
  const report = await reports(t);
  const script = `const target = '${target}'; const report = '${report.url}';${ATTACKS}`;
  const attacker = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(page(script));
  });
  openPage(t, `http://evil.test:${await listening(t, attacker)}/`);
  const found = await report.next();
  assert.deepEqual(
    [found['read'], found['write'], found['socket'], found['events']],
    ['TypeError', 'TypeError', 'refused', 'refused'],
  );
  const { symbols } = (await (await fetch(`${target}/api/v1/symbols`)).json()) as { symbols: unknown[] };
  assert.deepEqual(symbols, []);
});

test('a page whose name was made to point here gets nothing', { timeout: 60_000 }, async (t) => {
  const report = await reports(t);
  const loaded = Promise.withResolvers<void>();
  const attacker = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').setHeader('connection', 'close');
    // By the time it tries, another server is behind its own name and port.
    const wait = `const target = location.origin; const report = '${report.url}';
      for (;;) { const r = await fetch('/health').catch(() => undefined); if (r?.headers.has('x-request-id')) break; await new Promise((next) => setTimeout(next, 200)); }`;
    response.end(page(wait + ATTACKS), () => loaded.resolve());
  });
  const port = await listening(t, attacker);
  openPage(t, `http://evil.test:${port}/`);
  await loaded.promise;
  attacker.close();
  attacker.closeAllConnections();
  const found = report.next();
  const { url } = await aServedProcess(t, { port });
  const { read, write, socket, events } = await found;
  assert.match(String(read), /^421.*HOST_NOT_ALLOWED/);
  assert.deepEqual([write, socket, events], [421, 'refused', 'refused']);
  const { symbols } = (await (await fetch(`${url}/api/v1/symbols`)).json()) as { symbols: unknown[] };
  assert.deepEqual(symbols, []);
});
