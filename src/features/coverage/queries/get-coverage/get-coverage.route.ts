import Type from 'typebox';
import { AlignText, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { FailureJson, orNull, TimeJson, TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { coverageJson } from '../../coverage-json.ts';
import { getCoverage } from './get-coverage.query.ts';

const Text = orNull(Type.String());
const Count = orNull(Type.Integer());

const schema = {
  operationId: 'getCoverage',
  tags: ['coverage'],
  summary: 'Coverage: stored bars, missing bars and reasons, and fetched ranges',
  params: Type.Object({ instrumentId: InstrumentIdText }),
  querystring: Type.Object({
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
  }),
  response: {
    200: Type.Object({
      instrumentId: Type.String(),
      interval: Type.String(),
      align: Type.Optional(AlignText),
      from: TimeJson,
      to: TimeJson,
      basis: Text,
      currency: Text,
      refusal: orNull(Type.Object({ ...FailureJson.properties, at: TimeJson })),
      expected: Count,
      held: Type.Integer(),
      extra: Type.Integer(),
      partial: Type.Optional(Type.Integer({ description: 'Derived bars with missing parts' })),
      complete: Type.Boolean(),
      scheduleKnown: Type.Optional(
        Type.Object(
          { from: TimeJson, to: TimeJson },
          { description: 'Present where the range goes beyond known holidays' },
        ),
      ),
      ranges: Type.Array(
        Type.Object({ from: TimeJson, to: TimeJson, bars: Type.Integer(), status: Type.String(), looks: Count }),
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
          from: TimeJson,
          to: TimeJson,
          provider: Type.String(),
          result: Type.String(),
          at: TimeJson,
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
