import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

const BEYOND = 8;

interface VirtualRowsProps {
  readonly count: number;
  /** Height of each row in CSS pixels. */
  readonly rowHeight: number;
  readonly row: (index: number) => ComponentChildren;
  /** Called with the rows in sight, first and behind the last, as they change. */
  readonly onSeen?: (first: number, end: number) => void;
  readonly label: string;
}

/** A long list of which only the rows in sight, and a few more, are in the document. */
export function VirtualRows({ count, rowHeight, row, onSeen, label }: VirtualRowsProps): JSX.Element {
  const view = useRef<HTMLDivElement>(null);
  const [[first, end], setSeen] = useState([0, 40]);

  useLayoutEffect(() => {
    const { current } = view;
    if (current === null) return;
    function look(): void {
      if (current === null) return;
      const begin = Math.max(0, Math.floor(current.scrollTop / rowHeight) - BEYOND);
      const behind = Math.min(count, Math.ceil((current.scrollTop + current.clientHeight) / rowHeight) + BEYOND);
      setSeen((seen) => (seen[0] === begin && seen[1] === behind ? seen : [begin, behind]));
    }
    look();
    current.addEventListener('scroll', look, { passive: true });
    const sizes = new ResizeObserver(look);
    sizes.observe(current);
    return () => {
      current.removeEventListener('scroll', look);
      sizes.disconnect();
    };
  }, [count, rowHeight]);
  useLayoutEffect(() => onSeen?.(first, Math.min(end, count)), [first, end, count]);

  const seen = Array.from({ length: Math.max(0, Math.min(end, count) - first) }, (_, index) => first + index);
  return (
    <div ref={view} class="virtual-rows" role="list" aria-label={label} tabIndex={0}>
      <div style={{ height: `${count * rowHeight}px`, position: 'relative' }}>
        <div style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {seen.map((index) => (
            <div key={index} role="listitem" aria-setsize={count} aria-posinset={index + 1}>
              {row(index)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
