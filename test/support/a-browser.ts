import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Pictures of pages are kept here, if it is set. */
const PICTURES = process.env['PICTURES'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WAIT_MS = 20_000;

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
}

/** A Chromium that ends with the test. */
export async function aBrowser(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  return browser;
}

/** A page that fails its test if anything in it fails, or if it asks another host for something. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  url: string,
  { width = 1_280, height = 800 }: PageOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'America/New_York' });
  page.setDefaultTimeout(WAIT_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isLostServer(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(url).host && !request.url().startsWith('data:'))
      faults.push(`asked ${request.url()}`);
  });
  t.after(() => assert.deepEqual(faults, []));
  await page.goto(url);
  return page;
}

/** What the browser says by itself of requests that failed: tests of that look at the page. */
function isLostServer(text: string): boolean {
  return /net::ERR_|Failed to load resource|WebSocket connection to/.test(text);
}

/** Looks for violations of WCAG level A and AA in both themes. */
export async function requireAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(`if (window.axe === undefined) { ${AXE} }`);
    const found = await page.evaluate(async () => {
      interface Axe {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      }
      const { axe } = globalThis as unknown as { axe: Axe };
      const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
    });
    assert.deepEqual(found, [], colorScheme);
  }
}

/** Keeps pictures of the page in both themes, where the run is asked to. */
export async function keepPictures(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
  }
}
