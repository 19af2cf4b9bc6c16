import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ['chrome109', 'firefox115', 'safari16.4'],
    // Every asset is a file of its own: a data: URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { console: 'console.html', track: 'track.html', docs: 'docs.html' },
      output: {
        manualChunks: (id) => (id.includes('maplibre-gl') ? 'maplibre' : /node_modules\/(svelte|esm-env|clsx)\//.test(id) ? 'svelte' : undefined),
      },
    },
  },
  worker: { format: 'es' },
  server: { fs: { allow: ['..'] }, proxy: { '/v1': 'http://127.0.0.1:8080', '/openapi.json': 'http://127.0.0.1:8080' } },
});
