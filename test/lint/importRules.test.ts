/**
 * Every import rule of .dependency-cruiser.cjs reports an import that breaks it, and lets the allowed ones pass: a tree
 * of one-line modules is written to a temporary folder and cruised with the real rules.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as { forbidden: IForbiddenRuleType[]; options: object }

/** [rule, importing file, imported file or package] */
type Import = readonly [rule: string, from: string, to: string]

const broken: readonly Import[] = [
  ['shared-imports-downward', 'src/shared/a.ts', 'src/engine/thing.ts'],
  ['shared-imports-downward', 'src/shared/b.ts', 'src/renderer/thing.ts'],
  ['engine-imports-downward', 'src/engine/a.ts', 'src/pipeline/field/thing.ts'],
  ['pipeline-imports-downward', 'src/pipeline/tracks/a.ts', 'src/server/thing.ts'],
  ['server-imports-downward', 'src/server/a.ts', 'src/cli/thing.ts'],
  ['server-imports-downward', 'src/server/b.ts', 'src/main/thing.ts'],
  ['cli-imports-downward', 'src/cli/a.ts', 'src/main/thing.ts'],
  ['main-imports-downward', 'src/main/a.ts', 'src/renderer/thing.ts'],
  ['preload-imports-the-contract', 'src/preload/a.ts', 'src/pipeline/edits/thing.ts'],
  ['preload-imports-the-contract', 'src/preload/b.ts', 'src/main/thing.ts'],
  ['renderer-imports-pure-parts', 'src/renderer/a.ts', 'src/pipeline/field/thing.ts'],
  ['renderer-imports-pure-parts', 'src/renderer/b.ts', 'src/server/thing.ts'],
  ['video-imports-earlier-stages', 'src/pipeline/video/a.ts', 'src/pipeline/frames/thing.ts'],
  ['frames-imports-earlier-stages', 'src/pipeline/frames/a.ts', 'src/pipeline/supervision/thing.ts'],
  ['supervision-imports-earlier-stages', 'src/pipeline/supervision/flow/a.ts', 'src/pipeline/field/thing.ts'],
  ['field-imports-earlier-stages', 'src/pipeline/field/a.ts', 'src/pipeline/tracks/thing.ts'],
  ['field-imports-earlier-stages', 'src/pipeline/field/b.ts', 'src/pipeline/trackVideo.ts'],
  ['tracks-imports-earlier-stages', 'src/pipeline/tracks/b.ts', 'src/pipeline/edits/thing.ts'],
  ['edits-imports-earlier-stages', 'src/pipeline/edits/a.ts', 'src/pipeline/export/thing.ts'],
  ['export-imports-earlier-stages', 'src/pipeline/export/a.ts', 'src/pipeline/evaluate/thing.ts'],
  ['evaluate-imports-earlier-stages', 'src/pipeline/evaluate/a.ts', 'src/pipeline/trackVideo.ts'],
  ['synth-imports-no-measured-stage', 'src/pipeline/synth/a.ts', 'src/pipeline/supervision/thing.ts'],
  ['sql-in-db-only', 'src/server/c.ts', 'better-sqlite3'],
  ['codecs-in-decode-only', 'src/pipeline/frames/b.ts', 'sharp'],
  ['codecs-in-decode-only', 'src/server/jobs/a.ts', 'node-av'],
  ['onnxruntime-in-models-only', 'src/server/db/a.ts', 'onnxruntime-node'],
  ['react-in-renderer-only', 'src/main/b.ts', 'react'],
  ['electron-in-main-and-preload-only', 'src/server/d.ts', 'electron'],
  ['browser-code-uses-no-node-module', 'src/shared/c.ts', 'node:fs'],
  ['browser-code-uses-no-node-module', 'src/renderer/c.ts', 'node:path'],
  ['browser-code-uses-no-node-module', 'src/pipeline/edits/b.ts', 'node:worker_threads'],
  ['no-import-of-tests', 'src/engine/b.ts', 'test/builders/thing.ts'],
  ['no-import-of-tests', 'src/engine/c.ts', 'src/engine/thing.test.ts'],
  ['no-missing-module', 'src/engine/d.ts', 'src/engine/absent.ts'],
  ['no-undeclared-package', 'src/cli/b.ts', 'vitest'],
  ['no-cycles', 'src/engine/one.ts', 'src/engine/two.ts'],
]

/** The way back of the cycle, and the first half of a detour from the renderer to the engine. */
const also: readonly Import[] = [
  ['no-cycles', 'src/engine/two.ts', 'src/engine/one.ts'],
  ['', 'src/pipeline/edits/detour.ts', 'src/engine/thing.ts'],
  ['', 'src/renderer/d.ts', 'src/pipeline/edits/detour.ts'],
]

const allowed: readonly Import[] = [
  ['', 'src/shared/z.ts', 'src/shared/thing.ts'],
  ['', 'src/engine/z.ts', 'src/shared/thing.ts'],
  ['', 'src/pipeline/field/z.ts', 'src/engine/thing.ts'],
  ['', 'src/pipeline/field/y.ts', 'src/pipeline/supervision/thing.ts'],
  ['', 'src/pipeline/trackVideo.ts', 'src/pipeline/export/thing.ts'],
  ['', 'src/pipeline/evaluate/z.ts', 'src/pipeline/synth/thing.ts'],
  ['', 'src/pipeline/synth/z.ts', 'src/pipeline/frames/thing.ts'],
  ['', 'src/pipeline/field/z.test.ts', 'src/pipeline/synth/thing.ts'],
  ['', 'src/pipeline/field/y.test.ts', 'test/builders/thing.ts'],
  ['', 'src/server/z.ts', 'src/pipeline/trackVideo.ts'],
  ['', 'src/server/db/z.ts', 'better-sqlite3'],
  ['', 'src/server/decode/z.ts', 'sharp'],
  ['', 'src/cli/z.ts', 'src/server/thing.ts'],
  ['', 'src/cli/y.ts', 'node:fs'],
  ['', 'src/main/z.ts', 'src/server/thing.ts'],
  ['', 'src/main/y.ts', 'electron'],
  ['', 'src/preload/z.ts', 'src/shared/thing.ts'],
  ['', 'src/renderer/z.ts', 'src/pipeline/edits/thing.ts'],
  ['', 'src/renderer/y.ts', 'react'],
]

const packages = ['better-sqlite3', 'sharp', 'node-av', 'onnxruntime-node', 'react', 'electron', 'vitest']
const isFile = (to: string) => to.startsWith('src/') || to.startsWith('test/')

let folder = ''
let result: ICruiseResult

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tapline-rules-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const imports = [...broken, ...also, ...allowed]
  for (const [, , to] of imports) if (isFile(to) && !to.includes('absent')) write(to, 'export const x = 1\n')
  for (const [, from, to] of imports) {
    const target = isFile(to) ? relative(dirname(from), to) : to
    write(from, `import * as x from '${target.startsWith('.') || !isFile(to) ? target : `./${target}`}'\nexport const y = x\n`)
  }
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'export {}\n')
  }
  const declared = packages.filter(name => name !== 'vitest' && name !== 'electron')
  write('package.json', JSON.stringify({ type: 'module', dependencies: Object.fromEntries(declared.map(n => [n, '1.0.0'])), devDependencies: { vitest: '1.0.0', electron: '1.0.0' } }))
  write('tsconfig.json', readFileSync(join(root, 'tsconfig.json'), 'utf8'))
  // The rules' tool looks for the compiler from where it runs.
  symlinkSync(join(root, 'node_modules/typescript'), join(folder, 'node_modules/typescript'))
  const { enhancedResolveOptions, ...options } = config.options as { enhancedResolveOptions: object }
  const { output } = await cruise(['src', 'test'], { ...options, baseDir: folder, validate: true, ruleSet: { forbidden: config.forbidden } }, enhancedResolveOptions)
  result = output as ICruiseResult
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reported = (from: string) => result.summary.violations.filter(v => v.from === from).map(v => v.rule.name)

describe('an import that breaks a rule is reported', () => {
  test.each(broken)('%s: %s → %s', (rule, from) => expect(reported(from)).toContain(rule))
})

test('renderer-reaches-no-node: a detour through a pure part is reported', () => {
  expect(reported('src/renderer/d.ts')).toContain('renderer-reaches-no-node')
})

describe('an allowed import is not reported', () => {
  test.each(allowed)('%s%s → %s', (_rule, from) => expect(reported(from)).toEqual([]))
})

test('no rule is without a violating import here', () => {
  const proved = new Set([...broken.map(([rule]) => rule), 'renderer-reaches-no-node'])
  expect(config.forbidden.map(rule => rule.name).filter(name => !proved.has(name!))).toEqual([])
})
