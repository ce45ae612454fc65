import { totalOf, type Sample } from './metrics-text.ts';

/** What the server told of itself at a moment. */
export interface Reading {
  /** UTC epoch ms, of this browser. */
  readonly at: number;
  readonly delaySeconds: number | undefined;
  /** Since the server started, as `barsWritten`. */
  readonly requests: number | undefined;
  readonly barsWritten: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly streamClients: number | undefined;
  readonly nodeVersion: string | undefined;
}

export interface VitalSigns {
  readonly at: number;
  readonly delayMs: number | undefined;
  readonly requestsPerSecond: number | undefined;
  readonly barsPerSecond: number | undefined;
  readonly memoryBytes: number | undefined;
}

export function readingOf(samples: readonly Sample[], at: number): Reading {
  return {
    at,
    delaySeconds: totalOf(samples, 'nodejs_eventloop_lag_seconds'),
    requests: totalOf(samples, 'pocketquant_http_request_seconds_count'),
    barsWritten: totalOf(samples, 'pocketquant_bars_written_total'),
    memoryBytes: totalOf(samples, 'process_resident_memory_bytes'),
    streamClients: totalOf(samples, 'pocketquant_stream_clients'),
    nodeVersion: samples.find(({ name }) => name === 'nodejs_version_info')?.labels['version'],
  };
}

/** What there is to draw of readings, the oldest first; rates are those since the reading before. */
export function vitalSignsOf(readings: readonly Reading[]): readonly VitalSigns[] {
  return readings.map((reading, index) => {
    const before = readings[index - 1];
    const { at, delaySeconds, memoryBytes } = reading;
    return {
      at,
      delayMs: delaySeconds === undefined ? undefined : delaySeconds * 1_000,
      requestsPerSecond: rateOf(before, reading, 'requests'),
      barsPerSecond: rateOf(before, reading, 'barsWritten'),
      memoryBytes,
    };
  });
}

function rateOf(before: Reading | undefined, now: Reading, name: 'requests' | 'barsWritten'): number | undefined {
  const [from, to] = [before?.[name], now[name]];
  // A server that was started again counts anew.
  if (before === undefined || from === undefined || to === undefined || to < from) return undefined;
  return (1_000 * (to - from)) / (now.at - before.at);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The lines of a small chart in a box of 1 by 1, from 0 at its bottom; where a value is unknown a line ends. */
export function linesOf(values: readonly (number | undefined)[], places: number): readonly (readonly Point[])[] {
  const most = Math.max(0, ...values.filter((value) => value !== undefined));
  const lines: Point[][] = [];
  for (const [index, value] of values.entries()) {
    if (value === undefined) continue;
    const point = {
      x: (places - values.length + index) / Math.max(1, places - 1),
      y: most === 0 ? 1 : 1 - value / most,
    };
    if (index > 0 && values[index - 1] !== undefined) lines.at(-1)?.push(point);
    else lines.push([point]);
  }
  return lines;
}
