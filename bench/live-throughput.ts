import { fork } from 'node:child_process';
import { once } from 'node:events';
import { WebSocket } from 'ws';

// Many instruments with 13 intervals each in one process, with a backfill beside them: how late a subscriber hears of a
// trade, and how much memory it takes: node bench/live-throughput.ts [instruments] [trades per second] [seconds]

const [instruments = '2000', perSecond = '20000', seconds = '60'] = process.argv.slice(2);
const child = fork(new URL('./rows/live-process.ts', import.meta.url), [instruments, perSecond, seconds], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  execArgv: process.execArgv,
});
const [served] = (await once(child, 'message')) as [{ readonly url: string; readonly instruments: readonly string[] }];
const socket = new WebSocket(served.url);
await once(socket, 'open');
socket.send(JSON.stringify({ action: 'subscribe', topics: served.instruments.map((id) => `quotes:${id}`) }));
await once(child, 'message'); // trading
const delays: number[] = [];
socket.on('message', (data: Buffer) => {
  const message = JSON.parse(data.toString('utf8')) as { type: string; quote?: { eventTime: string } };
  if (message.type === 'quote' && message.quote !== undefined)
    delays.push(Date.now() - Date.parse(message.quote.eventTime));
});
const [figures] = (await once(child, 'message')) as [Record<string, number>];
socket.terminate();
delays.sort((a, b) => a - b);
const at = (share: number): number => delays[Math.floor((delays.length - 1) * share)] ?? NaN;
console.table({ ...figures, quotesHeard: delays.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) });
await once(child, 'exit');
