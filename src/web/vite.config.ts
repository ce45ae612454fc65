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

/** The code of the chart, which most open first, comes with the frame's instead of after it. */
const chartAtOnce: Plugin = {
  name: 'chart-at-once',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {} }) {
      const chart = Object.values(bundle).find((file) => file.type === 'chunk' && file.name === 'chart-page');
      if (chart?.type !== 'chunk') return [];
      const files = [chart.fileName, ...chart.imports].filter((file) => !bundle[file]?.fileName.includes('index-'));
      return files.map((file) => ({
        tag: 'link',
        attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` },
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
