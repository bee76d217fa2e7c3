import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { isNodeEnough } from './scripts/setup.mjs'

// Native packages crash on an older Node, and a crash says nothing.
if (!isNodeEnough(process.version)) throw new Error(`Tests need Node 22.18 or newer; this is ${process.version}. "npm test" and "npm run unit" bring it.`)

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts'],
    exclude: ['test/bench/**', 'node_modules/**', 'out/**'],
    // Child processes and worker threads are the subject of many tests, so tests themselves run in forks.
    pool: 'forks',
    // Many tests wait for browsers and processes: leaving a core free for vitest itself costs more than it gives.
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
