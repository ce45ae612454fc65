import Type from 'typebox';
import { isoOfEpochMs } from '../../../../market/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { getManyCoverages, type SeriesCoverage } from './get-many-coverages.query.ts';

const Count = Type.Integer();
const Ids = Type.Optional(
  Type.String({ maxLength: 20_000, description: 'Instruments, with commas between: instead of query and exchange' }),
);
const Day = Type.String({ description: 'A UTC date' });
const { interval, query, exchange, align, limit, cursor } = getManyCoverages.schema.properties;

const schema = {
  operationId: 'getManyCoverages',
  tags: ['coverage'],
  summary: 'Coverage by day of all stored and tracked series of an interval, 100 a page',
  querystring: Type.Object({ interval, from: TimeText, to: TimeText, query, exchange, ids: Ids, align, limit, cursor }),
  response: {
    200: Type.Object({
      series: Type.Array(
        Type.Object({
          instrumentId: Type.String(),
          interval: Type.String(),
          align: Type.Optional(Type.Literal('session')),
          expected: orNull(Count, { description: 'null if no schedule is known; then there are no days' }),
          held: Count,
          extra: Count,
          complete: Type.Boolean(),
          whole: Type.Array(Type.Object({ from: Day, to: Day, bars: Count }), {
            description: 'Days that follow each other, lack no bar and expect equally many; `to` is included',
          }),
          days: Type.Array(
            Type.Object({
              day: Day,
              expected: Count,
              held: Count,
              reasons: Type.Record(Type.String(), Count, { description: 'Missing bars by reason' }),
            }),
            { description: 'All other days on which bars are expected' },
          ),
        }),
      ),
      total: Count,
      nextCursor: orNull(Type.String()),
    }),
  },
};

/** A comma behind which an exchange is named: symbols may have commas, too. */
const betweenInstruments = /,(?=[\w.-]{1,32}:)/;

export function routeGetManyCoverages(http: HttpServer, bus: Bus): void {
  http.get('/coverage', { schema }, async ({ query: asked, id }) => {
    const { ids, ...chosen } = asked;
    const named = ids === undefined ? {} : { ids: ids.split(betweenInstruments) };
    const question = getManyCoverages({ ...chosen, ...named });
    const { series, total, nextCursor = null } = await bus.ask(question, { correlationId: id });
    return { series: series.map(seriesJson), total, nextCursor };
  });
}

function seriesJson({ expected, whole, days, ...series }: SeriesCoverage) {
  return {
    ...series,
    expected: expected ?? null,
    whole: whole.map(({ from, to, bars }) => ({ from: dateOf(from), to: dateOf(to), bars })),
    days: days.map(({ day, expected: wanted, bars: { held = 0, ...reasons } }) => ({
      day: dateOf(day),
      expected: wanted,
      held,
      reasons,
    })),
  };
}

function dateOf(day: number): string {
  return isoOfEpochMs(day).slice(0, 10);
}
