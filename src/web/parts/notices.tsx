import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { adviceOn } from '../format/problem.ts';
import './notices.css';

interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly text: string;
  readonly link?: { readonly text: string; readonly href: string };
}

const SHOWN_MS = 8_000;
const AT_MOST = 4;

const notices = signal<readonly Notice[]>([]);
let lastId = 0;

/** Tells what was done, at the edge of the page. Errors stay until they are closed. */
export function notify(notice: Omit<Notice, 'id'>): void {
  const id = ++lastId;
  notices.value = [...notices.value, { ...notice, id }].slice(-AT_MOST);
  if (notice.tone === 'good') setTimeout(() => close(id), SHOWN_MS);
}

export function notifyOfError(error: unknown): void {
  notify({ tone: 'bad', text: adviceOn(error) });
}

function close(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ id, tone, text, link }) => (
        <div key={id} class={`notice ${tone}`}>
          <span class="grow">
            {text} {link !== undefined && <a href={link.href}>{link.text}</a>}
          </span>
          <button type="button" aria-label="Close this notice" onClick={() => close(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
