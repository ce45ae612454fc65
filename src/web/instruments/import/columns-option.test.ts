import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenIn, columnsOfReading, columnsOption, readColumns } from './columns-option.ts';
import { headOf, headOfText } from './file-head.ts';

const WITH_HEADER = headOfText(
  'Prices of AAPL\nOpen time;Day;O;H;L;"C;x";Vol\n09:30;2024-01-02;1,5;2;1;1,7;3\n',
).columns;
const WITHOUT = headOfText('1704187800,1,2,0.5,1.5,10\n1704187860,1,2,0.5,1.5,10\n').columns;

test('columns of the beginning of a text file are named by its header, with a value of each', () => {
  assert.deepEqual(
    WITH_HEADER.map(({ name, sample }) => [name, sample]),
    [
      ['Open time', '09:30'],
      ['Day', '2024-01-02'],
      ['O', '1,5'],
      ['H', '2'],
      ['L', '1'],
      ['C;x', '1,7'],
      ['Vol', '3'],
    ],
  );
  assert.deepEqual(
    WITHOUT.map(({ name, place, sample }) => [name, place, sample]),
    [
      [undefined, 1, '1704187800'],
      [undefined, 2, '1'],
      [undefined, 3, '2'],
      [undefined, 4, '0.5'],
      [undefined, 5, '1.5'],
      [undefined, 6, '10'],
    ],
  );
});

test('packed and binary files have no first lines', async () => {
  for (const start of ['PK\u0003\u0004', 'PAR1', 'ARROW1\0\0', '\u001f\u008b', 'text\0'])
    assert.equal(await headOf(new Blob([start])), undefined, start);
  assert.equal(await headOf(new Blob([new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1])])), undefined, 'zstd');
  assert.deepEqual((await headOf(new Blob(['{"a": 1}\n'])))?.columns, []);
});

test('columns with a header are chosen by name', () => {
  const text = columnsOption({ openTime: 2, timeOfDay: 1, close: 6 }, WITH_HEADER);
  assert.equal(text, `openTime='Day',timeOfDay='Open time',close='C;x'`);
  assert.deepEqual(chosenIn(text, WITH_HEADER), { openTime: 2, timeOfDay: 1, close: 6 });
  assert.deepEqual(chosenIn('time=Day, volume=Vol', WITH_HEADER), { openTime: 2, volume: 7 });
  assert.equal(columnsOption({}, WITH_HEADER), '');
});

test('columns without a header are chosen in order', () => {
  const text = columnsOption({ openTime: 1, open: 2, high: 3, low: 4, close: 5 }, WITHOUT);
  assert.equal(text, 'openTime,open,high,low,close,-');
  assert.deepEqual(chosenIn(text, WITHOUT), { openTime: 1, open: 2, high: 3, low: 4, close: 5 });
  assert.equal(columnsOption({}, WITHOUT), '');
});

test('what the server has read is shown at the columns', () => {
  const read = { openTime: ['Day', 'Open time'], close: ['C;x'], symbol: ['Vol'] };
  assert.deepEqual(readColumns(read, WITH_HEADER), { openTime: 2, timeOfDay: 1, close: 6 });
  assert.deepEqual(readColumns({ openTime: ['column 1'], open: ['column 2'] }, WITHOUT), { openTime: 1, open: 2 });
});

test('columns of a file that cannot be looked into are those of its reading', () => {
  const reading = { columns: { openTime: ['t'], open: ['o'] }, notStored: ['n'], notRead: ['x'] };
  assert.deepEqual(
    columnsOfReading(reading).map(({ name }) => name),
    ['t', 'o', 'n', 'x'],
  );
});
