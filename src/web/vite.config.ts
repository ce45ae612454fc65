import { defineConfig, type Plugin, type ProxyOptions } from 'vite';

const SERVED_THERE = ['/api', '/docs', '/health', '/metrics', '/examples'];
const THERE: ProxyOptions = {
  target: 'http://127.0.0.1:8765',
  ws: true,
  changeOrigin: true,
  configure(proxy) {
    // The server answers pages of its own only, and the one that stands in for them is on another port.
    proxy.on('proxyReq', (request) => request.removeHeader('origin'));
    proxy.on('proxyReqWs', (request) => request.removeHeader('origin'));
  },
};

/** The code and styles of the chart, which most open first, come with those of the frame instead of after them. */
const chartAtOnce: Plugin = {
  name: 'chart-at-once',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const chart = chunks.find(({ name }) => name === 'chart-page');
      if (chart === undefined) return [];
      // Its own styles come last, as they do where it is loaded later.
      const wanted = [...chunks.filter(({ fileName }) => chart.imports.includes(fileName)), chart];
      const files = wanted.flatMap(({ fileName, viteMetadata }) => [fileName, ...(viteMetadata?.importedCss ?? [])]);
      return files
        .filter((file) => !html.includes(file))
        .map((file) => ({
          tag: 'link',
          attrs: {
            rel: file.endsWith('.css') ? 'stylesheet' : 'modulepreload',
            crossorigin: true,
            href: `/${file}`,
          },
          injectTo: 'head',
        }));
    },
  },
};

/** The page: built into `dist/web`; `vite` serves it while it is worked on, beside a running server. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The Content-Security-Policy allows files only.
    assetsInlineLimit: 0,
  },
  plugins: [chartAtOnce],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: Object.fromEntries(SERVED_THERE.map((path) => [path, THERE])) },
});
