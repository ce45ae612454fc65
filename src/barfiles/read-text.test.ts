import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText, type TextFormat } from './read-text.ts';
import { RowReader } from './row-reader.ts';

/** Reads a text that is shorter than a batch. */
async function readOne(format: TextFormat, text: string) {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  for await (const { columns, lines, faults } of readText(format, pieces(), new RowReader('final')))
    return { volumes: [...columns.volume], lines: [...lines], faultyLines: faults.map(({ line }) => line) };
  return undefined;
}

test('fields of NDJSON have the names of columns, in any case and order, after a byte order mark too', async () => {
  const text = [
    '\uFEFF{"Date":"2020-01-01","Open":1,"High":2,"Low":1,"Close":2}',
    '{"v":3,"c":2,"l":1,"h":2,"o":1,"time":"2020-01-02"}',
    '{"time":"2020-01-03"}\n',
  ].join('\n');
  assert.deepEqual(await readOne('ndjson', text), { volumes: [NaN, 3], lines: [1, 2], faultyLines: [3] });
});

test('the header is the first line that is not blank, and what parts most of it parts its columns', async () => {
  const text = '\n\r\ntime,open,high,low,close,"volume|usd"\n2020-01-01,1,2,1,2,3\n';
  assert.deepEqual(await readOne('csv', text), { volumes: [NaN], lines: [4], faultyLines: [] });
});
