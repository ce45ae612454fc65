import type { JSX } from 'preact';
import { parameters } from '../../routes.ts';
import { InstrumentDetails } from './instrument-details.tsx';
import { InstrumentList } from './instrument-list.tsx';

/** What is stored: all of it, or one instrument. */
export function InstrumentsTab(): JSX.Element {
  const { id } = parameters.value;
  return id === undefined ? <InstrumentList /> : <InstrumentDetails key={id} instrumentId={id} />;
}
