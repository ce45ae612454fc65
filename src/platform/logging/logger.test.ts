import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, type Logger } from './index.ts';

function aLogger(level: string): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { logger: createLogger(level, { write: (line) => lines.push(line) }), lines };
}

test('a line is one JSON object, and a quieter level leaves it out', () => {
  const { logger, lines } = aLogger('warn');
  logger.info('not told');
  logger.warn({ code: 'BAR_EXISTS' }, 'told');
  assert.equal(lines.length, 1);
  assert.partialDeepStrictEqual(JSON.parse(lines.join('')), { level: 40, code: 'BAR_EXISTS', msg: 'told' });
});

test('nothing secret is told: headers that carry keys, user and password of a URL', () => {
  const { logger, lines } = aLogger('info');
  const headers = { authorization: 'Bearer s3cret', cookie: 'id=s3cret', accept: 'text/csv' };
  logger.info({ headers, ...headers, req: { headers } }, 'asked');
  const url = 'mongodb+srv://me:s3cret@db.example.com/bars';
  logger.error({ err: new Error(`cannot reach ${url}`), url }, `cannot reach ${url}`);
  assert.doesNotMatch(lines.join(''), /s3cret|me:/);
  assert.match(lines.join(''), /text\/csv/);
  assert.match(lines.join(''), /mongodb\+srv:\/\/…@db\.example\.com\/bars/);
  for (const line of lines) JSON.parse(line);
});

test('an address without a password is told whole', () => {
  const { logger, lines } = aLogger('info');
  logger.info({ url: 'http://127.0.0.1:8765/docs', mail: 'a@b.example' }, 'ready');
  assert.partialDeepStrictEqual(JSON.parse(lines.join('')), { url: 'http://127.0.0.1:8765/docs', mail: 'a@b.example' });
});
