/**
 * Builds the desktop app into out/: main and preload for Electron, the renderer for Electron and browsers alike.
 * The command line and the server need no build. There is no dev server: the page's content policy forbids what one
 * needs, and a whole build takes about a second.
 */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: { outDir: 'out/main', lib: { entry: 'src/main/index.ts' } },
  },
  preload: {
    // A sandboxed preload script can load nothing but 'electron' and cannot be an ES module.
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      lib: { entry: 'src/preload/index.ts', formats: ['cjs'] },
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      minify: true,
      // Inlined assets would need data: in the content policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: 'src/renderer/index.html' },
    },
  },
})
