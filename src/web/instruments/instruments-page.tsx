import type { JSX } from 'preact';
import { Tabs } from '../parts/tabs.tsx';
import { linkTo, parameters } from '../routes.ts';
import { ImportTab } from './import/import-tab.tsx';
import { InstrumentsTab } from './stored/instruments-tab.tsx';
import { ProvidersTab } from './providers/providers-tab.tsx';
import './instruments.css';

const TABS = [
  { value: 'instruments', text: 'Instruments', Shown: InstrumentsTab },
  { value: 'providers', text: 'Providers', Shown: ProvidersTab },
  { value: 'import', text: 'Import', Shown: ImportTab },
] as const;

/** What is stored, where it comes from, and how more gets in. */
export function InstrumentsPage(): JSX.Element {
  const { value, text, Shown } = TABS.find((tab) => tab.value === parameters.value['tab']) ?? TABS[0];
  return (
    <div class="sheet">
      <h1 class="unseen">{text}</h1>
      <Tabs
        label="Parts of this page"
        shown={value}
        tabs={TABS.map((tab) => ({ ...tab, href: linkTo('/instruments', { tab: tab.value }) }))}
      />
      <Shown />
    </div>
  );
}
