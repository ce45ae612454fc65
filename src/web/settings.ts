import { effect } from '@preact/signals';
import { keptChoice } from './kept.ts';

export const ZONES = [
  { value: 'utc', text: 'UTC' },
  { value: 'exchange', text: 'Exchange time' },
  { value: 'local', text: 'Local time' },
] as const;

export const THEMES = [
  { value: 'system', text: 'System theme' },
  { value: 'light', text: 'Light theme' },
  { value: 'dark', text: 'Dark theme' },
] as const;

type ZoneChoice = (typeof ZONES)[number]['value'];
type ThemeChoice = (typeof THEMES)[number]['value'];

/** The zone that times are written in. */
export const zoneChoice = keptChoice<ZoneChoice>(
  'zone',
  ZONES.map(({ value }) => value),
  'utc',
);
export const themeChoice = keptChoice<ThemeChoice>(
  'theme',
  THEMES.map(({ value }) => value),
  'system',
);

effect(() => {
  document.documentElement.dataset['theme'] = themeChoice.value;
});

/**
 * The IANA name of the zone to write times in.
 * @param exchangeZone of the instrument concerned; where none is known, exchange times are UTC
 */
export function shownZone(exchangeZone?: string | null): string {
  if (zoneChoice.value === 'local') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zoneChoice.value === 'exchange' ? (exchangeZone ?? 'UTC') : 'UTC';
}
