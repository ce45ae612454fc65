import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { chartLink, go } from '../routes.ts';
import type { Found } from './found.ts';
import { SearchDialog } from './search-dialog.tsx';

const isOpen = signal(false);

/** Opens the search for an instrument to show. */
export function openSearch(): void {
  isOpen.value = true;
}

/** The search of the page: `/` opens it, wherever one is. */
export function Search(): JSX.Element | null {
  useEffect(() => {
    const leaving = new AbortController();
    addEventListener('keydown', openByKey, { signal: leaving.signal });
    return () => leaving.abort();
  }, []);
  if (!isOpen.value) return null;
  const close = (): void => void (isOpen.value = false);
  function choose({ instrumentId, provider }: Found): void {
    close();
    go(chartLink(instrumentId, undefined, { provider }));
  }
  return <SearchDialog title="Search" onChoose={choose} onClose={close} />;
}

function openByKey(event: KeyboardEvent): void {
  const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  event.preventDefault();
  openSearch();
}
