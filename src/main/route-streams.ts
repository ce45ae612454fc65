import { changeJson, wholeBarJson } from '../features/bars/index.ts';
import { openBarJson, quoteJson } from '../features/live/index.ts';
import * as streams from '../features/streams/doors.ts';
import type { Hub } from '../features/streams/index.ts';
import { jobJson } from '../features/sync/index.ts';
import type { HttpServer } from '../platform/http/index.ts';

/** The streams to clients, with the JSON of the other slices. */
export function routeStreams(http: HttpServer, hub: Hub): void {
  const shapes = { bar: wholeBarJson, openBar: openBarJson, change: changeJson, quote: quoteJson, job: jobJson };
  streams.routeStreams(http, hub, shapes);
}
