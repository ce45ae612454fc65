import { defineConfig, type ProxyOptions } from 'vite';

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
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: { proxy: Object.fromEntries(SERVED_THERE.map((path) => [path, THERE])) },
});
