import { barInterval, isoOfEpochMs, type BarInterval } from '../../../../market/index.ts';
import type { Cli, CliSession } from '../../../../platform/cli/index.ts';
import { NotFoundError, readField } from '../../../../platform/errors/index.ts';
import { pause } from '../../live-cli.ts';
import { currentBarJson } from '../../live-json.ts';
import { getCurrentBar, type CurrentBar } from './get-current-bar.query.ts';

export function cliGetCurrentBar({ program, run }: Cli): void {
  program
    .command('watch')
    .description('show the current bar as it changes, until Ctrl-C')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .argument('<interval>', 'such as 1m')
    .option('--for <seconds>', 'stop after this many seconds')
    .action((instrumentId: string, interval: string, options: { readonly for?: string }) =>
      run((session) =>
        watch(
          session,
          { instrumentId, interval: readField('interval', interval, barInterval) },
          options.for === undefined ? Infinity : readField('for', options.for, secondsOf),
        ),
      ),
    );
}

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (!(seconds > 0)) throw new RangeError(`Not a number of seconds: "${text}"`);
  return seconds;
}

async function watch(
  { bus, terminal, signal, elapsed }: CliSession,
  series: { readonly instrumentId: string; readonly interval: BarInterval },
  seconds: number,
): Promise<void> {
  const endsAt = elapsed() + seconds * 1_000;
  let shown = '';
  let isMissed = false;
  while (!signal.aborted && elapsed() < endsAt) {
    try {
      const bar = await bus.ask(getCurrentBar(series));
      const { at: _, ...told } = bar;
      const text = JSON.stringify(told);
      if (text !== shown) terminal.answer(currentBarJson(bar), () => [barLine(bar)]);
      shown = text;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (!isMissed) terminal.note(`${error.message}; waiting …`);
      isMissed = true;
    }
    await pause(signal);
  }
}

function barLine({ openTime, open, high, low, close, volume, isPartial }: CurrentBar): string {
  const marks = isPartial ? '  (trades are missing)' : '';
  return `${isoOfEpochMs(openTime)}  open ${open}  high ${high}  low ${low}  close ${close}  volume ${volume ?? '–'}${marks}`;
}
