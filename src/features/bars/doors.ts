import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeCreateBar } from './commands/create-bar/create-bar.route.ts';
import { routeDeleteBars } from './commands/delete-bars/delete-bars.route.ts';
import { cliImportBars } from './commands/import-bars/import-bars.cli.ts';
import { cliDoctor } from './commands/repair-database/repair-database.cli.ts';
import { routeUpsertBars } from './commands/upsert-bars/upsert-bars.route.ts';
import { cliExportBars } from './queries/export-bars/export-bars.cli.ts';
import { cliGetBars } from './queries/get-bars/get-bars.cli.ts';
import { routeGetBars } from './queries/get-bars/get-bars.route.ts';
import { cliGetChanges } from './queries/get-changes/get-changes.cli.ts';
import { routeGetChanges } from './queries/get-changes/get-changes.route.ts';
import { routeGetLatestBar } from './queries/get-latest-bar/get-latest-bar.route.ts';
import { cliGetQuarantine } from './queries/get-quarantine/get-quarantine.cli.ts';
import { routeGetQuarantine } from './queries/get-quarantine/get-quarantine.route.ts';
import { cliGetRevisions } from './queries/get-revisions/get-revisions.cli.ts';
import { routeGetRevisions } from './queries/get-revisions/get-revisions.route.ts';
import { cliVerify } from './queries/verify-database/verify-database.cli.ts';

export function cliBars(cli: Cli): void {
  cliImportBars(cli);
  cliExportBars(cli);
  cliGetBars(cli);
  cliGetRevisions(cli);
  cliGetQuarantine(cli);
  cliGetChanges(cli);
  cliVerify(cli);
  cliDoctor(cli);
}

export function routeBars(http: HttpServer, bus: Bus): void {
  routeGetBars(http, bus);
  routeUpsertBars(http, bus);
  routeCreateBar(http, bus);
  routeDeleteBars(http, bus);
  routeGetLatestBar(http, bus);
  routeGetRevisions(http, bus);
  routeGetQuarantine(http, bus);
  routeGetChanges(http, bus);
}
