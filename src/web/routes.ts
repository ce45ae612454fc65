import { computed, signal } from '@preact/signals';
import { PAGES, type PagePath } from './pages.ts';

/** What a link says beside its page; what is undefined is left out. */
export type Parameters = Readonly<Record<string, string | number | undefined>>;

const address = signal(new URL(location.href));

export const path = computed(() => address.value.pathname);
/** The parameters of the view, by name. */
export const parameters = computed(() => Object.fromEntries(address.value.searchParams));

export function linkTo(page: PagePath, given: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? page : `${page}?${text}`;
}

/** The link that shows a series as a chart; `at` is a moment to have in sight. */
export function chartLink(instrumentId: string, interval?: string, more: Parameters = {}): string {
  return linkTo('/', { id: instrumentId, interval, ...more });
}

/** Shows another page or view; "back" leads here again. */
export function go(link: string): void {
  history.pushState(null, '', link);
  address.value = new URL(location.href);
}

/** Changes parameters of this view without a step for "back". */
export function keepInLink(changed: Parameters): void {
  const next = linkTo(path.value as PagePath, { ...parameters.value, ...changed });
  if (next === `${location.pathname}${location.search}`) return;
  history.replaceState(null, '', next);
  address.value = new URL(location.href);
}

/** Follows links between pages without loading the document again. */
export function followLinks(): void {
  addEventListener('popstate', () => (address.value = new URL(location.href)));
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (anchor === null || anchor.target !== '' || anchor.hasAttribute('download')) return;
    const { origin, pathname, search } = new URL(anchor.href);
    if (origin !== location.origin || !PAGES.some((page) => page.path === pathname)) return;
    event.preventDefault();
    go(`${pathname}${search}`);
  });
}
