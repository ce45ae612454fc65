import type { JSX } from 'preact';
import { Tabs } from '../parts/tabs.tsx';
import { linkTo, parameters } from '../routes.ts';
import { Feed } from './feed.tsx';
import { Quarantine } from './quarantine.tsx';
import './changes.css';

/** What was written to stored bars, as it happens, and which bars were rejected. */
export function ChangesPage(): JSX.Element {
  const isQuarantine = parameters.value['tab'] === 'quarantine';
  return (
    <div class="changes">
      <h1>Changes</h1>
      <Tabs
        label="Views of changes"
        shown={isQuarantine ? 'quarantine' : 'feed'}
        tabs={[
          { value: 'feed', text: 'Feed', href: linkTo('/changes') },
          { value: 'quarantine', text: 'Quarantine', href: linkTo('/changes', { tab: 'quarantine' }) },
        ]}
      />
      {isQuarantine ? <Quarantine /> : <Feed />}
    </div>
  );
}
