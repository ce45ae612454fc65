import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { ChartPage } from './chart/chart-page.tsx';
import icon from './icon.svg?raw';
import { lazyPage } from './lazy-page.tsx';
import { Notices } from './parts/notices.tsx';
import { SelectField } from './parts/field.tsx';
import { Empty } from './parts/told.tsx';
import { PAGES, type PagePath } from './pages.ts';
import { path } from './routes.ts';
import { Search } from './search/search.tsx';
import { isServerLost } from './server-state.ts';
import { THEMES, themeChoice, zoneChoice, ZONES } from './settings.ts';

/** The chart, which most open first, comes with the frame. */
const SHOWN: Readonly<Record<PagePath, () => JSX.Element>> = {
  '/': ChartPage,
  '/coverage': lazyPage(() => import('./coverage/coverage-page.tsx').then(({ CoveragePage }) => CoveragePage)),
  '/instruments': lazyPage(() =>
    import('./instruments/instruments-page.tsx').then(({ InstrumentsPage }) => InstrumentsPage),
  ),
  '/jobs': lazyPage(() => import('./jobs/jobs-page.tsx').then(({ JobsPage }) => JobsPage)),
  '/changes': lazyPage(() => import('./changes/changes-page.tsx').then(({ ChangesPage }) => ChangesPage)),
  '/system': lazyPage(() => import('./system/system-page.tsx').then(({ SystemPage }) => SystemPage)),
};

/** The frame around each page: where one is, where one can go, how times are written, whether the server answers. */
export function App(): JSX.Element {
  const page = PAGES.find((one) => one.path === path.value);
  useEffect(() => {
    document.title = page === undefined ? 'PocketQuant' : `${page.title} · PocketQuant`;
  }, [page]);
  const Shown = page && SHOWN[page.path];
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="bar">
        <a class="brand" href="/">
          <span class="icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: icon }} />
          PocketQuant
        </a>
        <nav aria-label="Pages">
          {PAGES.map(({ path: one, title }) => (
            <a key={one} href={one} aria-current={one === page?.path ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <span class="grow" />
        <SelectField
          label="Time zone"
          isLabelHidden
          value={zoneChoice.value}
          options={ZONES}
          onChange={(zone) => (zoneChoice.value = zone)}
        />
        <SelectField
          label="Theme"
          isLabelHidden
          value={themeChoice.value}
          options={THEMES}
          onChange={(theme) => (themeChoice.value = theme)}
        />
      </header>
      {isServerLost.value && (
        <p class="lost" role="alert">
          The server does not answer. This page goes on by itself when it is back.
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {Shown === undefined ? <Empty title="There is no such page" /> : <Shown />}
      </main>
      <Search />
      <Notices />
    </div>
  );
}
