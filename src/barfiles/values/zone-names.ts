const HOUR_MS = 3_600_000;

/** Abbreviations that mean one offset to everybody, in hours. */
const OFFSET_HOURS: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  EST: -5,
  EDT: -4,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  HKT: 8,
  SGT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
};

/** What Americans call their zones where it is no matter whether summer time is on. */
const ZONES: Readonly<Record<string, string>> = {
  ET: 'America/New_York',
  CT: 'America/Chicago',
  MT: 'America/Denver',
  PT: 'America/Los_Angeles',
};

/** Abbreviations of several zones: Chicago or Shanghai, India or Israel, Britain or Bangladesh, Halifax or Riyadh. */
const UNCLEAR = new Set(['CST', 'CDT', 'IST', 'IDT', 'BST', 'AST', 'ADT']);

/** What letters after a time mean: an offset of UTC, a zone with its rules, or several. `undefined`: no zone at all. */
export type ZoneName =
  | { readonly kind: 'offset'; readonly offsetMs: number }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'unclear' };

const KNOWN = new Map<string, ZoneName | undefined>();
const MOST_KNOWN = 1_000;

export function zoneNamed(text: string): ZoneName | undefined {
  if (KNOWN.has(text)) return KNOWN.get(text);
  const found = findZone(text);
  if (KNOWN.size < MOST_KNOWN) KNOWN.set(text, found);
  return found;
}

function findZone(text: string): ZoneName | undefined {
  const name = text.toUpperCase();
  const hours = OFFSET_HOURS[name];
  if (hours !== undefined) return { kind: 'offset', offsetMs: hours * HOUR_MS };
  if (UNCLEAR.has(name)) return { kind: 'unclear' };
  const zone = ZONES[name] ?? text;
  return isZone(zone) ? { kind: 'zone', zone } : undefined;
}

function isZone(zone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // the only way to ask
  }
}

/** Local time minus UTC of `-0500`, `+05:30` or `+2`, in ms; `NaN` for an offset that no clock has. */
export function offsetMs(text: string): number {
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.length < 3 ? digits : digits.slice(0, -2));
  const minutes = digits.length < 3 ? 0 : Number(digits.slice(-2));
  if (!(hours < 24 && minutes < 60)) return NaN;
  const size = (hours * 60 + minutes) * 60_000;
  return text.startsWith('-') ? -size : size;
}
