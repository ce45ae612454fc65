import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeGetCoverage } from './queries/get-coverage/get-coverage.route.ts';
import { routeGetManyCoverages } from './queries/get-many-coverages/get-many-coverages.route.ts';

export function routeCoverage(http: HttpServer, bus: Bus): void {
  routeGetCoverage(http, bus);
  routeGetManyCoverages(http, bus);
}
