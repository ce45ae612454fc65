import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, type HttpServer } from '../../../../platform/http/index.ts';
import { ChangeJson } from '../../bars-http.ts';
import { changeJson } from '../../bars-json.ts';
import { getChanges } from './get-changes.query.ts';

const schema = {
  operationId: 'getChanges',
  tags: ['changes'],
  summary: 'Changes after a seq, in order; each is returned at least once',
  querystring: getChanges.schema,
  response: {
    200: Type.Object({ changes: Type.Array(ChangeJson), next: Type.Integer() }),
    410: problem('Changes after this seq are no longer kept'),
  },
};

export function routeGetChanges(http: HttpServer, bus: Bus): void {
  http.get('/changes', { schema }, async ({ query, id }) => {
    const { changes, next } = await bus.ask(getChanges(query), { correlationId: id });
    return { changes: changes.map(changeJson), next };
  });
}
