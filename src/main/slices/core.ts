import type { StoredNames } from '../../features/instruments/index.ts';
import type { SessionSchedule } from '../../market/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

/** What every slice stands on. */
export interface Core {
  readonly bus: Bus;
  readonly database: Database;
  readonly names: StoredNames;
  /** Market hours by name. */
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock, ms. */
  readonly elapsed: () => number;
  /** Hears of trouble in the background; what failed is tried again. */
  readonly onError: (error: unknown) => void;
}
