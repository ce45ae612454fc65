import { progress as drawProgress } from '@clack/prompts';
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
  /** Shows how far long work is: a bar on a terminal, plain lines now and then elsewhere, nothing with `--json`. */
  progress(title: string): Progress;
  /** Ends a bar that work which failed has left; it would be drawn for ever, and keep the process alive. */
  endProgress(): void;
}

export interface Progress {
  /** `done` of `total` (if it is known), with a few words of detail. */
  report(done: number, total: number | undefined, detail: string): void;
  /** Ends the bar with a closing line. */
  finish(text: string): void;
}

export interface TerminalStreams {
  readonly output: Output;
  readonly stderr: NodeJS.WriteStream;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

export function createTerminal({ output, stderr, elapsed }: TerminalStreams, isJson: boolean): Terminal {
  const note = (text: string): void => {
    if (!isJson) stderr.write(`${text}\n`);
  };
  let running: Progress | undefined;
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
      if (isJson) return { report: () => undefined, finish: () => undefined };
      if (!stderr.isTTY) return lineProgress(title, note, elapsed);
      const bar = barProgress(title, stderr);
      running = { ...bar, finish: () => bar.finish(`${title}: not finished`) };
      return {
        ...bar,
        finish(text) {
          running = undefined;
          bar.finish(text);
        },
      };
    },
    endProgress: () => running?.finish(''),
  };
}

const STEPS = 100;

function barProgress(title: string, output: NodeJS.WriteStream): Progress {
  const bar = drawProgress({ max: STEPS, output });
  let shown = 0;
  bar.start(title);
  return {
    report(done, total, detail) {
      const reached = total === undefined || total === 0 ? 0 : Math.min(STEPS, Math.floor((done / total) * STEPS));
      bar.advance(Math.max(0, reached - shown), `${title}  ${detail}`);
      shown = Math.max(shown, reached);
    },
    finish: (text) => bar.stop(text),
  };
}

const LINE_EVERY_MS = 5_000;

function lineProgress(title: string, note: (text: string) => void, elapsed: () => number): Progress {
  let lastLineAt = elapsed();
  return {
    report(done, total, detail) {
      if (elapsed() - lastLineAt < LINE_EVERY_MS) return;
      lastLineAt = elapsed();
      const percent = total === undefined || total === 0 ? '' : ` ${Math.floor((done / total) * 100)} %`;
      note(`${title}${percent}  ${detail}`);
    },
    finish: note,
  };
}
