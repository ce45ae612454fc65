import { useEffect, useState } from 'preact/hooks';

/** Whether a media query matches, now and as it changes. */
export function useMedia(query: string): boolean {
  const [doesMatch, setDoesMatch] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = (): void => setDoesMatch(media.matches);
    look();
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, [query]);
  return doesMatch;
}
