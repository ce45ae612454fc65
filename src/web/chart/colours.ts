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
  element.append(probe);
  const entries = Object.entries(NAMES).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

/** A colour as `rgb(r, g, b)`, made to let through what is behind it. */
export function thinned(colour: string, opacity: number): string {
  return colour.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, `rgba($1, ${opacity})`);
}
