import type { JSX } from 'preact';
import './tabs.css';

interface TabsProps {
  /** What they are parts of, for screen readers. */
  readonly label: string;
  readonly tabs: readonly { readonly value: string; readonly text: string; readonly href: string }[];
  readonly shown: string;
}

/** Links between the parts of a page. */
export function Tabs({ label, tabs, shown }: TabsProps): JSX.Element {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ value, text, href }) => (
        <a key={value} href={href} aria-current={value === shown ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
