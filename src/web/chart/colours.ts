const NAMES = {
  surface: '--surface',
  line: '--line',
  lineStrong: '--line-strong',
  text: '--text',
  textSoft: '--text-soft',
  accent: '--accent',
  warn: '--warn',
  warnSoft: '--warn-soft',
  bad: '--bad',
  badSoft: '--bad-soft',
  quiet: '--surface-hover',
  up: '--bar-up',
  down: '--bar-down',
  label: '--accent-solid',
} as const;

export type Colours = Readonly<Record<keyof typeof NAMES, string>>;

/** The tokens as they are in the theme that is shown, for a canvas, which knows no custom properties. */
export function coloursIn(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  // One for each, so that styles are computed once.
  const probes = Object.entries(NAMES).map(([name, token]) => {
    const one = document.createElement('span');
    one.style.color = `var(${token})`;
    return [name, one] as const;
  });
  probe.append(...probes.map(([, one]) => one));
  element.append(probe);
  const entries = probes.map(([name, one]) => [name, getComputedStyle(one).color] as const);
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

export function isAlike(one: Colours, other: Colours): boolean {
  return Object.entries(one).every(([name, colour]) => other[name as keyof Colours] === colour);
}

/** A colour as `rgb(r, g, b)`, made to let through what is behind it. */
export function thinned(colour: string, opacity: number): string {
  return colour.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, `rgba($1, ${opacity})`);
}
