import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { timesAsText, TimeValue, type HttpServer } from '../../../../platform/http/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { BarList, MOST_BARS, OutcomeJson, outcomeJson, SeriesQuery } from '../../bars-http.ts';
import { ProviderText, WritableState } from '../../schemas.ts';
import { upsertManyBars } from './upsert-many-bars.command.ts';

/** Series of one call. */
const MOST_SERIES = 10_000;

const Count = Type.Integer();
const schema = {
  operationId: 'upsertManyBars',
  tags: ['bars'],
  summary: 'Store bars of many series; repeating the call changes nothing',
  description: `At most ${MOST_BARS} bars of all series. A series that fails does not stop the others.`,
  querystring: SeriesQuery,
  body: Type.Object(
    {
      provider: ProviderText,
      state: WritableState,
      observedAt: Type.Optional(TimeValue),
      series: Type.Array(
        Type.Object({ instrumentId: InstrumentIdText, bars: BarList }, { additionalProperties: false }),
        { maxItems: MOST_SERIES, description: 'Each instrument once' },
      ),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object({
      inserted: Count,
      changed: Count,
      unchanged: Count,
      skippedStale: Count,
      rejected: Count,
      failed: Type.Integer({ description: 'Series that failed; the bars of the others are stored' }),
      series: Type.Array(
        Type.Union([
          Type.Object({ instrumentId: Type.String(), ...OutcomeJson.properties }),
          Type.Object({
            instrumentId: Type.String(),
            failed: Type.Object({ code: Type.String(), message: Type.String() }),
          }),
        ]),
        { description: 'In the order in which they were sent' },
      ),
    }),
  },
};

export function routeUpsertManyBars(http: HttpServer, bus: Bus): void {
  http.put('/bars', { schema }, async ({ query, body: { observedAt, ...body }, id }) => {
    const count = body.series.reduce((sum, { bars }) => sum + bars.length, 0);
    if (count > MOST_BARS)
      throw new InvalidRequestError('INVALID_REQUEST', `One call stores ${MOST_BARS} bars at most, not ${count}`);
    const outcome = await bus.execute(
      upsertManyBars({ ...query, ...body, ...timesAsText({ observedAt }), epochNumbers: 'byMagnitude' }),
      { correlationId: id },
    );
    const series = outcome.series.map((one) =>
      'failed' in one ? one : { ...outcomeJson(one), instrumentId: one.instrumentId },
    );
    return { ...outcome, series };
  });
}
