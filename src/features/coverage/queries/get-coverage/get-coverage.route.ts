import Type from 'typebox';
import { InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { coverageJson } from '../../coverage-json.ts';
import { getCoverage } from './get-coverage.query.ts';

const Time = Type.String({ description: 'RFC 3339' });
const Text = Type.Union([Type.String(), Type.Null()]);
const Count = Type.Union([Type.Integer(), Type.Null()]);

const schema = {
  tags: ['coverage'],
  summary: 'Coverage: stored bars, missing bars and reasons, and fetched ranges',
  params: Type.Object({ instrumentId: InstrumentIdText }),
  querystring: Type.Object({ interval: IntervalText, from: Type.Optional(TimeText), to: Type.Optional(TimeText) }),
  response: {
    200: Type.Object({
      instrumentId: Type.String(),
      interval: Type.String(),
      from: Time,
      to: Time,
      basis: Text,
      currency: Text,
      refusal: Type.Union([Type.Object({ code: Type.String(), message: Type.String(), at: Time }), Type.Null()]),
      expected: Count,
      held: Type.Integer(),
      extra: Type.Integer(),
      partial: Type.Optional(Type.Integer({ description: 'Derived bars with missing parts' })),
      complete: Type.Boolean(),
      ranges: Type.Array(
        Type.Object({ from: Time, to: Time, bars: Type.Integer(), status: Type.String(), looks: Count }),
      ),
      days: Type.Array(
        Type.Object({
          day: Type.String(),
          expected: Type.Integer(),
          bars: Type.Record(Type.String(), Type.Integer()),
        }),
      ),
      asked: Type.Array(
        Type.Object({
          from: Time,
          to: Time,
          provider: Type.String(),
          result: Type.String(),
          at: Time,
          looks: Type.Integer({ description: 'Answers that agree that bars are absent' }),
          lookAgainAt: Text,
          code: Text,
          message: Text,
        }),
      ),
    }),
  },
};

export function routeGetCoverage(http: HttpServer, bus: Bus): void {
  http.get('/coverage/:instrumentId', { schema }, async ({ params, query, id }) =>
    coverageJson(await bus.ask(getCoverage({ ...params, ...query }), { correlationId: id })),
  );
}
