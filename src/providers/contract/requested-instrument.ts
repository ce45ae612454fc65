import type { InstrumentId } from '../../market/index.ts';

/** An instrument as a vendor is asked for it. */
export interface RequestedInstrument {
  readonly instrumentId: InstrumentId;
  /** The vendor's own code, where the instrument's aliases name it (`yahoo:^GSPC`). */
  readonly symbol: string | undefined;
}
