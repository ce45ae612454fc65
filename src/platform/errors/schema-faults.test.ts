import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidInput } from './schema-faults.ts';

const Id = Type.String({ pattern: '^[A-Z]+:[A-Z]+$', description: 'EXCHANGE:SYMBOL in upper case' });
const schema = Type.Object({ id: Id, 'a/b': Type.Optional(Type.Array(Id)) });

function told(value: unknown): string {
  return invalidInput('The query', Compile(schema).Errors(value), { schema, value }).message;
}

test('a text of the wrong form is told with the form in words, and with what was meant where that is plain', () => {
  const form = 'must be EXCHANGE:SYMBOL in upper case, not';
  assert.equal(told({ id: 'a:b' }), `The query is not accepted: id ${form} "a:b"; write A:B`);
  assert.equal(told({ id: ' A:B ' }), `The query is not accepted: id ${form} " A:B "; write A:B`);
  assert.equal(told({ id: 'A/B' }), `The query is not accepted: id ${form} "A/B"`);
  assert.match(
    told({ id: 'A:B', 'a/b': ['A:B', 'c:d'] }),
    /1 must be EXCHANGE:SYMBOL in upper case, not "c:d"; write C:D$/,
  );
  assert.ok(told({ id: 'x'.repeat(1_000_000) }).length < 200);
});

test('a value that may hold a secret is not shown', () => {
  const faults = Compile(schema).Errors({ id: 'secret' });
  assert.equal(
    invalidInput('The configuration', faults, { schema }).message,
    'The configuration is not accepted: id must be EXCHANGE:SYMBOL in upper case',
  );
});
