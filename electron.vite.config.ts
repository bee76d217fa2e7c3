/**
 * Builds the desktop app into out/: main, its utility processes and preload for Electron, the renderer for Electron and
 * browsers alike. The command line and the server need no build. There is no dev server: the page's content policy forbids
 * what one needs, and a whole build takes seconds.
 */
import { dirname, posix, relative, resolve, sep } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

const root = import.meta.dirname
const outMain = resolve(root, 'out/main')

/**
 * Sources name worker modules and kernels by where they lie beside them: `new URL('./fieldWorker.ts', import.meta.url)`. In the
 * bundle a module lies elsewhere: workers become chunks of their own, and paths to files are made anew.
 */
function sourceAddresses(): Plugin {
  const address = /new URL\((['"`])(\.{1,2}\/(?:(?!\1).)*)\1, import\.meta\.url\)/g
  const placeholder = /__SOURCE_ADDRESS_([\w$]+)__/g
  return {
    name: 'source-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(resolve(root, 'src'))) return null
      const folder = dirname(id)
      return code.replaceAll(address, (_whole, quote: string, path: string) => {
        if (path.endsWith('.ts')) {
          const chunk = this.emitFile({ type: 'chunk', id: resolve(folder, path) })
          return `new URL('__SOURCE_ADDRESS_${chunk}__', import.meta.url)`
        }
        // All chunks lie in out/main itself; a path may end in a part that is known at run time only.
        const [fixed = ''] = /^[^$]*\//.exec(path) ?? []
        const moved = relative(outMain, resolve(folder, fixed)).split(sep).join('/')
        return `new URL(${quote}./${moved}/${path.slice(fixed.length)}${quote}, import.meta.url)`
      })
    },
    renderChunk(code, chunk) {
      return code.replaceAll(placeholder, (_whole, reference: string) => {
        const path = posix.relative(posix.dirname(chunk.fileName), this.getFileName(reference))
        return path.startsWith('.') ? path : `./${path}`
      })
    },
  }
}

export default defineConfig({
  main: {
    plugins: [sourceAddresses()],
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          trackProcess: 'src/server/tracking/trackProcess.ts',
          fieldProcess: 'src/server/tracking/fieldProcess.ts',
          deviceProcess: 'src/server/devices/deviceProcess.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
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
