import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { aBrowser, openPage, requireAccessible } from '../support/a-browser.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';
import { PAGES } from '../../src/web/pages.ts';

test('every page is reached by its link and by its address, in both themes, also on a small screen', async (t) => {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  const browser = await aBrowser(t);
  for (const width of [1_280, 390]) {
    const page = await openPage(t, browser, url, { width });
    for (const { path, title } of PAGES) {
      const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title, exact: true });
      await link.click();
      await page.waitForURL(`${url}${path}`);
      assert.equal(await page.title(), `${title} · PocketQuant`);
      await page.reload();
      await link.waitFor();
      await requireAccessible(page);
      const { scrolled, seen } = await page.evaluate(() => ({
        scrolled: document.documentElement.scrollWidth,
        seen: document.documentElement.clientWidth,
      }));
      assert.ok(scrolled <= seen, `${path} is ${scrolled} px wide where ${seen} are seen`);
    }
  }
});
