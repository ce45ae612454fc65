import type { Output } from './output.ts';

/** Where a command's answer goes: text for a person, or with `--json` one JSON document for a machine. */
export interface Terminal {
  readonly isJson: boolean;
  /** Answers: JSON with `--json`, else what `lines` makes of it. */
  answer<T>(value: T, lines: (value: T) => readonly string[]): void;
  /** Data itself, such as exported bytes, to standard output. */
  write(bytes: Uint8Array): Promise<void>;
  /** Words for a person only, to standard error. */
  note(text: string): void;
  /** Shows how far long work is: one line drawn again on a terminal, lines now and then elsewhere, nothing with `--json`. */
  progress(title: string): Progress;
  /** Clears the line that work which failed has left. */
  endProgress(): void;
}

export interface Progress {
  /** `done` of `total` (if it is known), with a few words of detail, which are made where they are shown. */
  report(done: number, total: number | undefined, detail: () => string): void;
  /** Ends it with a closing line. */
  finish(text: string): void;
}

export interface TerminalStreams {
  readonly output: Output;
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

const CLEAR_LINE = '\r\x1b[K';
const REDRAWN_EVERY_MS = 100;
const LINE_EVERY_MS = 5_000;

export function createTerminal({ output, stderr, elapsed }: TerminalStreams, isJson: boolean): Terminal {
  const clear = stderr.isTTY ? CLEAR_LINE : '';
  const note = (text: string): void => {
    if (!isJson) stderr.write(`${clear}${text}\n`);
  };
  return {
    isJson,
    answer(value, lines) {
      const text = isJson
        ? `${JSON.stringify(value)}\n`
        : lines(value)
            .map((line) => `${line}\n`)
            .join('');
      output.write(text).catch(() => undefined); // what is wrong is told when the output is flushed
    },
    write: (bytes) => output.write(bytes),
    note,
    progress(title) {
      let lastAt = stderr.isTTY ? -Infinity : elapsed();
      return {
        report(done, total, detail) {
          if (isJson || elapsed() - lastAt < (stderr.isTTY ? REDRAWN_EVERY_MS : LINE_EVERY_MS)) return;
          lastAt = elapsed();
          const share = total === undefined || total === 0 ? undefined : Math.min(done / total, 1);
          const percent = share === undefined ? '' : ` ${Math.floor(share * 100)} %`;
          const text = `${title}${stderr.isTTY ? barOf(share) : ''}${percent}  ${detail()}`;
          // A line that is wrapped could not be cleared.
          if (stderr.isTTY) stderr.write(`${clear}${text.slice(0, stderr.columns - 1)}`);
          else note(text);
        },
        finish: note,
      };
    },
    endProgress() {
      if (!isJson) stderr.write(clear);
    },
  };
}

const BAR_CELLS = 20;

/** How far it is as a picture; nothing where that is not known. */
function barOf(share: number | undefined): string {
  return share === undefined ? '' : ` ${'█'.repeat(Math.floor(share * BAR_CELLS)).padEnd(BAR_CELLS, '░')}`;
}
