import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { moveChart } from './moving-chart.ts';
import { fileURLToPath } from 'node:url';

/**
 * Ten years of minutes on the page: how soon a browser that was never here shows them, and how smoothly the chart moves
 * from one screen of minutes to all of it and back.
 * `node bench/page.ts [DATABASE]` uses a database that is there, and makes one that is not.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WINDOW = { viewport: { width: 1_280, height: 800 } };
const INSTRUMENT = 'BENCH:TENYEARS';
const MINUTE = 60_000;
const FROM = Date.UTC(2015, 0, 1);
const TO = Date.UTC(2025, 0, 1);
const SECONDS = 20;
const LEAST_RATE = 50;
const MOST_BLANK_MS = 200;
const FIRST_VIEWS = 5;
const MOST_FIRST_VIEW_MS = 1_000;

const folder = mkdtempSync(join(tmpdir(), 'pocketquant-page-'));
const [given] = process.argv.slice(2);
const database = given ?? `file:${join(folder, 'pq.db')}`;
try {
  if (database.startsWith('file:') && !existsSync(database.slice('file:'.length))) await makeStore();
  const server = spawn(process.execPath, ['src/main/cli.ts', 'serve', '--port', '0'], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: database, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await measure(await urlOf(server.stdout));
  } finally {
    server.kill();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function urlOf(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const url = /^PocketQuant at (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The server has not started');
}

async function measure(url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const views = await firstViews(browser, url);
    const shown = views.map(({ shownMs }) => shownMs);
    console.log(
      `first view shown after ${textOf(shown)} ms, seen from outside after ${textOf(views.map(({ seenMs }) => seenMs))} ms`,
    );
    if (shown.toSorted((a, b) => a - b)[FIRST_VIEWS >> 1] > MOST_FIRST_VIEW_MS) process.exitCode = 1;
    const page = await browser.newPage(WINDOW);
    await open(page, url);
    const { frames, rate, p99Ms, blankMs, levels } = await moveChart(page, SECONDS);
    console.log(
      `${frames} frames, ${rate.toFixed(1)}/s, 99 of 100 within ${p99Ms.toFixed(0)} ms; levels ${levels.join(' ')}`,
    );
    console.log(`longest blank window ${blankMs.toFixed(0)} ms`);
    if (rate < LEAST_RATE || blankMs > MOST_BLANK_MS) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

interface FirstView {
  /** From the start of the navigation until the frame that tells what is missing is on the screen, as the browser says. */
  readonly shownMs: number;
  /** From the order to navigate until this process is told of it, which includes its own looking. */
  readonly seenMs: number;
}

/** How long each of a few browsers without a memory takes until it shows bars and what is missing in them. */
async function firstViews(browser: Browser, url: string): Promise<FirstView[]> {
  const views: FirstView[] = [];
  while (views.length < FIRST_VIEWS) {
    const context = await browser.newContext(WINDOW);
    const page = await context.newPage();
    await page.addInitScript(noteWhenShown);
    const began = performance.now();
    await open(page, url);
    const seenMs = performance.now() - began;
    views.push({ seenMs, shownMs: await page.evaluate(() => (globalThis as unknown as Noting).shown) });
    await context.close();
  }
  return views;
}

interface Noting {
  shown: Promise<number>;
}

/** Runs in the page: has the browser note when completeness, which comes last, is painted. */
function noteWhenShown(): void {
  const { promise, resolve } = Promise.withResolvers<number>();
  (globalThis as unknown as Noting).shown = promise;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) resolve((entry as PerformanceEntry & { renderTime: number }).renderTime);
  }).observe({ type: 'element', buffered: true });
  const changes = new MutationObserver(() => {
    const completeness = document.querySelector('.completeness');
    if (completeness === null) return;
    completeness.setAttribute('elementtiming', 'completeness');
    changes.disconnect();
  });
  changes.observe(document, { childList: true, subtree: true });
}

function textOf(times: readonly number[]): string {
  return times.map((ms) => ms.toFixed(0)).join(', ');
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/?id=${INSTRUMENT}&interval=1m`, { waitUntil: 'commit' });
  await page.locator('.completeness').waitFor();
}

async function makeStore(): Promise<void> {
  const file = join(folder, 'bars.csv');
  const out = createWriteStream(file);
  out.write('openTime,open,high,low,close,volume\n');
  let price = 60_000;
  let seed = 7;
  const dice = (sides: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % sides;
  for (let day = FROM; day < TO; day += 1_440 * MINUTE) {
    let lines = '';
    for (let time = day; time < day + 1_440 * MINUTE; time += MINUTE) {
      const open = price;
      price = Math.max(1_000, price + dice(41) - 20);
      const [high, low] = [Math.max(open, price) + dice(9), Math.min(open, price) - dice(9)];
      lines += `${time},${open / 100},${high / 100},${low / 100},${price / 100},${dice(1_000)}\n`;
    }
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
  run(['register', INSTRUMENT, '--schedule', '24x7']);
  run(['import', file, '--instrument', INSTRUMENT, '--interval', '1m']);
}

function run(words: readonly string[]): void {
  execFileSync(join(ROOT, 'bin', 'pocketquant'), words, {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: database },
    stdio: 'inherit',
  });
}
