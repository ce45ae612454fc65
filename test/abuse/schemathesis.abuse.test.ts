import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { aServedProcess } from '../support/a-served-process.ts';

const SCHEMATHESIS = process.env['SCHEMATHESIS'] ?? 'schemathesis';
/** For each of 35 routes: 3,000 and more in all, beside those that cover each rule. */
const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '90';

test('requests made from the documents get no 5xx and no status that the documents do not name', async (t) => {
  const { url } = await aServedProcess(t);
  const checks = 'not_a_server_error,status_code_conformance,content_type_conformance,unsupported_method';
  const child = spawn(
    SCHEMATHESIS,
    ['run', `${url}/api/v1/openapi.json`, '--url', url, '--max-examples', EXAMPLES, '--checks', checks, '--no-color']
      // Streams have no end.
      .concat('--exclude-path-regex', '/stream', '--phases', 'coverage,fuzzing'),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(exitCode, 0, said);
});
