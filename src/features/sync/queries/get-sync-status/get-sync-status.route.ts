import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { FailureJson, orNull, type HttpServer } from '../../../../platform/http/index.ts';
import { statusJson } from '../../sync-json.ts';
import { getSyncStatus } from './get-sync-status.query.ts';

const StatusJson = Type.Object({
  series: Type.String(),
  instrumentId: Type.String(),
  interval: Type.String(),
  align: Type.Optional(Type.Literal('session')),
  provider: Type.String(),
  from: Type.String(),
  jobId: Type.String(),
  state: Type.String(),
  error: orNull(FailureJson),
  endedAt: orNull(Type.String()),
});

const tags = ['sync'];
const response = { 200: Type.Object({ series: Type.Array(StatusJson) }) };
const ofAll = { operationId: 'getSyncStatus', tags, summary: 'Sync status of the tracked series', response };
const ofOne = {
  operationId: 'getSyncStatusOf',
  tags,
  summary: 'Sync status of one instrument',
  params: Type.Object({ instrumentId: InstrumentIdText }),
  response,
};

export function routeGetSyncStatus(http: HttpServer, bus: Bus): void {
  http.get('/sync/status', { schema: ofAll }, async ({ id }) => ({
    series: (await bus.ask(getSyncStatus({}), { correlationId: id })).map(statusJson),
  }));
  http.get('/sync/status/:instrumentId', { schema: ofOne }, async ({ params, id }) => ({
    series: (await bus.ask(getSyncStatus(params), { correlationId: id })).map(statusJson),
  }));
}
