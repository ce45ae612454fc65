import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isHeartbeat, packetOf, packetOfMessage, packetReader } from './packets.ts';

test('packets come out as they went in, however the text is cut into messages', () => {
  const payload = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('~m~', '~m~3~m~', '~h~12', '{"m":"du"}', '', '~', 'é😀'),
  );
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 12 }), (payloads, places) => {
      const text = payloads.map(packetOf).join('');
      const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
      const read = packetReader();
      const found = cuts.slice(1).flatMap((cut, index) => read(text.slice(cuts[index], cut)));
      assert.deepEqual(found, payloads);
    }),
    { numRuns: 500 },
  );
});

test('text that is no packet is refused at once, not waited for', () => {
  for (const text of ['<html>', '~h~1', '~m~x~m~', '~m~~m~', '~m~12~h~', '~m~999999999~m~', '~m~3~m~abcd'])
    assert.throws(() => packetReader()(text), RangeError, text);
});

test('the documented lengths are those of the packets', () => {
  const params = ['cs_1', 'sym_1', '={"symbol":"TEST:ABC","adjustment":"splits"}'];
  assert.match(packetOfMessage('resolve_symbol', params), /^~m~98~m~\{"m":"resolve_symbol"/);
  assert.equal(packetOf('~h~1'), '~m~4~m~~h~1');
});

test('what is sent is ASCII and means the same', () => {
  const packet = packetOfMessage('resolve_symbol', ['É😀']);
  assert.ok(Buffer.byteLength(packet) === packet.length);
  assert.deepEqual(JSON.parse(packet.replace(/^~m~\d+~m~/, '')), { m: 'resolve_symbol', p: ['É😀'] });
});

test('a heartbeat is told from data that speaks of one', () => {
  assert.ok(isHeartbeat('~h~17'));
  for (const payload of ['~h~', '~h~1 ', '{"m":"~h~1"}', 'x~h~1']) assert.ok(!isHeartbeat(payload), payload);
});
