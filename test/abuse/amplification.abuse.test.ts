import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { attackBodies, barsBody } from '../support/attack-bodies.ts';
import { aServedProcess } from '../support/a-served-process.ts';

const MB = 1_048_576;
const openTime = (i: number): string => `"openTime":${Date.UTC(2020, 0, 1) + i * 60_000}`;

test('no request takes more than 64 MB beyond its body, three at once, and none ends the process', async (t) => {
  const bodies = [
    {
      name: '50,000 refused bars',
      body: barsBody(50_000, (i) => `{${openTime(i)},"open":1,"high":0,"low":1,"close":1}`),
    },
    { name: '50,000 bars', body: barsBody(50_000, (i) => `{${openTime(i)},"open":1,"high":1,"low":1,"close":1}`) },
    ...attackBodies(),
  ].map(({ name, body }) => ({ name, bytes: body.length, packed: gzipSync(body) }));
  for (const { name, bytes, packed } of bodies) {
    const server = await aServedProcess(t);
    const send = async (path: string, body: Buffer): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      const answer = await fetch(`${server.url}/api/v1/bars/${path}?interval=1m`, { method: 'PUT', headers, body });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let i = 0; i < 5; i++) await send('COINBASE:WARM', gzipSync(barsBody(1_000, (k) => `{${openTime(k)}}`)));
    const before = server.peakBytes();
    const statuses = await Promise.all(['A:A', 'A:B', 'A:C'].map((id) => send(id, packed)));
    assert.ok(
      statuses.every((status) => status < 500),
      `${name}: ${statuses.join()}`,
    );
    const each = (server.peakBytes() - before) / 3 - bytes;
    t.diagnostic(`${name}: ${(each / MB).toFixed(1)} MB beyond the body`);
    assert.ok(each < 64 * MB, `${name}: ${each / MB} MB`);
    assert.ok(server.isRunning());
  }
});

test('no file that is sent takes more than 64 MB of memory, however it is packed, four at once', async (t) => {
  const line = '2016-01-02T00:00:00Z,1.5,2.5,1.5,2.5,5\n';
  const files = [
    { name: '512 MB of zeros in a gzip', bytes: gzipSync(Buffer.alloc(512 * MB)) },
    {
      name: '256 MB of one row in a gzip',
      bytes: gzipSync(`time,open,high,low,close,volume\n${line.repeat((256 * MB) / line.length)}`),
    },
    { name: 'a zip bomb', bytes: readFileSync(new URL('../fixtures/bytes/bomb.zip', import.meta.url)) },
  ];
  for (const { name, bytes } of files) {
    const server = await aServedProcess(t);
    const send = async (id: string, body: Uint8Array<ArrayBuffer> | string): Promise<number> => {
      const address = `${server.url}/api/v1/imports?instrumentId=COINBASE:${id}&preview=true`;
      const answer = await fetch(address, { method: 'POST', body });
      await answer.arrayBuffer();
      return answer.status;
    };
    await send('WARM', `time,open,high,low,close\n${line.repeat(5_000)}`);
    const before = server.peakBytes();
    const statuses = await Promise.all(['A', 'B', 'C', 'D'].map((id) => send(id, bytes)));
    assert.ok(
      statuses.every((status) => status < 500 || status === 503),
      `${name}: ${statuses.join()}`,
    );
    const grown = server.peakBytes() - before - 4 * bytes.length;
    t.diagnostic(`${name}: ${(grown / MB).toFixed(1)} MB, ${statuses.join()}`);
    assert.ok(grown < 4 * 64 * MB, `${name}: ${grown / MB} MB`);
    assert.ok(server.isRunning());
  }
});
