import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './tools/precompress.js';

/**
 * The console as files that any server can serve below /console/.
 *
 * Nothing stands inline: the page of the shell carries a placeholder, which the
 * server replaces in each response with a nonce of its own.
 */
export default defineConfig({
  base: '/console/',
  plugins: [react(), precompress()],
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // An asset inside a script or a style would need `data:` in the policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
});
