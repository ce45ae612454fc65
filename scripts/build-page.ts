import { buildWebPage } from '../src/main/web-page.ts';

// Builds the page that the server shows in a browser, unless it is as new as its sources. `serve` does the same at its
// start; tests, which start many servers at once, have it done before.

console.log((await buildWebPage()) ? 'The page is built' : 'The page is as new as its sources');
