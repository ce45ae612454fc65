import assert from 'node:assert/strict';
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
