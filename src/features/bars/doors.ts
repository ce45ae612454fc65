import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeCreateBar } from './commands/create-bar/create-bar.route.ts';
import { routeDeleteBars } from './commands/delete-bars/delete-bars.route.ts';
import { routeUpsertBars } from './commands/upsert-bars/upsert-bars.route.ts';
import { routeUpsertManyBars } from './commands/upsert-many-bars/upsert-many-bars.route.ts';
import { routeGetBars } from './queries/get-bars/get-bars.route.ts';
import { routeGetBarsFile } from './queries/get-bars-file/get-bars-file.route.ts';
import { routeGetManyBars } from './queries/get-many-bars/get-many-bars.route.ts';
import { routeGetChanges } from './queries/get-changes/get-changes.route.ts';
import { routeGetLatestBar } from './queries/get-latest-bar/get-latest-bar.route.ts';
import { routeGetQuarantine } from './queries/get-quarantine/get-quarantine.route.ts';
import { routeGetRevisions } from './queries/get-revisions/get-revisions.route.ts';

export { routeImports } from './commands/import-upload/import-upload.route.ts';

export function routeBars(http: HttpServer, bus: Bus): void {
  routeGetBars(http, bus);
  routeGetBarsFile(http, bus);
  routeGetManyBars(http, bus);
  routeUpsertBars(http, bus);
  routeUpsertManyBars(http, bus);
  routeCreateBar(http, bus);
  routeDeleteBars(http, bus);
  routeGetLatestBar(http, bus);
  routeGetRevisions(http, bus);
  routeGetQuarantine(http, bus);
  routeGetChanges(http, bus);
}
