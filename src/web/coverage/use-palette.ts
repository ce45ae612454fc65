import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { themeChoice } from '../settings.ts';
import { paletteOf, type Palette } from './palette.ts';

/** The palette of the theme and of the screen, also after either changed. */
export function usePalette(place: RefObject<HTMLElement | null>): {
  readonly palette: Palette | undefined;
  readonly ratio: number;
} {
  const [ratio, setRatio] = useState(devicePixelRatio);
  const [isDark, setIsDark] = useState(() => dark.matches);
  const [palette, setPalette] = useState<Palette>();
  useLayoutEffect(() => {
    const resolution = matchMedia(`(resolution: ${ratio}dppx)`);
    const onResolution = (): void => setRatio(devicePixelRatio);
    const onTheme = (): void => setIsDark(dark.matches);
    resolution.addEventListener('change', onResolution);
    dark.addEventListener('change', onTheme);
    return () => {
      resolution.removeEventListener('change', onResolution);
      dark.removeEventListener('change', onTheme);
    };
  }, [ratio]);
  useLayoutEffect(() => {
    if (place.current !== null) setPalette(paletteOf(place.current, ratio));
  }, [ratio, isDark, themeChoice.value]);
  return { palette, ratio };
}

const dark = matchMedia('(prefers-color-scheme: dark)');
