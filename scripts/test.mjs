// `npm test`: sets up what is missing or stale, lints, builds, runs every test, and closes with one line of totals.
// Arguments go to vitest: `npm test -- src/engine` runs that folder's tests after the same checks.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from './build.mjs'
import { lint, report } from './lint.mjs'
import { childEnvironment, root, setUp } from './setup.mjs'
import { totals } from './totals.mjs'

/** Runs vitest with its output passed through; resolves to its totals and the names of skipped tests. */
async function runVitest(node, args) {
  const file = join(root, 'out/test/vitest.json')
  mkdirSync(join(root, 'out/test'), { recursive: true })
  rmSync(file, { force: true })
  const cli = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(node, [cli, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: childEnvironment(),
  })
  const status = await new Promise(resolve => {
    child.on('error', () => resolve(1))
    child.on('close', code => resolve(code ?? 1))
  })
  let files = null
  try {
    files = JSON.parse(readFileSync(file, 'utf8')).testResults
  } catch {
    console.log('vitest wrote no report')
  }
  return totals(files, status, path => relative(root, path))
}

async function buildCheck(node) {
  const from = performance.now()
  const result = await build(node).then(
    built => ({ ok: true, output: built.join('\n') }),
    error => ({ ok: false, output: error.message }),
  )
  return { name: 'build', ...result, seconds: (performance.now() - from) / 1000 }
}

const node = setUp()
const checks = []
for (const check of lint(node)) {
  report(check)
  checks.push(check)
}
const built = await buildCheck(node)
report(built)
checks.push(built)

const { passed, failed, skipped } = await runVitest(node, process.argv.slice(2))
const broken = checks.filter(check => !check.ok)

if (skipped.length) console.log(`\nSkipped, each for the reason in its name:\n${skipped.map(name => `  ${name}`).join('\n')}`)
if (broken.length) console.log(`\nFailed checks: ${broken.map(check => check.name).join(', ')}`)
// The checks count too: five of them passed or failed like any test.
const totalPassed = passed + checks.length - broken.length
const totalFailed = failed + broken.length
console.log(`\n${totalPassed} passed, ${totalFailed} failed, ${skipped.length} skipped`)
process.exitCode = totalFailed ? 1 : 0
