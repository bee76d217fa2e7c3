// The checks that read code without running it, each in its own process: oxlint, the import rules, types, file length.
// Returns or prints one line a check; a failed one with the tool's own words.
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { childEnvironment, root, setUp } from './setup.mjs'

const maxLines = 400
const folders = ['bin', 'scripts', 'src', 'test']
const sourceName = /\.(ts|tsx|mjs|cjs|css|wgsl|html)$/

/** Source files of more than `limit` lines under `folder`: above that, ask what the second thing in the file is. */
export function tooLong(folder, limit = maxLines) {
  const found = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    // Goldens are data written by their generator.
    if (!entry.isFile() || !sourceName.test(entry.name) || /[\\/](golden|generated)[\\/]/.test(path)) continue
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length
    if (lines > limit) found.push({ path, lines })
  }
  return found
}

function tool(node, script, ...args) {
  const { status, stdout, stderr } = spawnSync(node, [join(root, 'node_modules', script), ...args], { cwd: root, encoding: 'utf8', env: childEnvironment() })
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() }
}

function lengths() {
  const found = folders.flatMap(folder => tooLong(join(root, folder)))
  return { ok: found.length === 0, output: found.map(({ path, lines }) => `${relative(root, path)} has ${lines} lines; at most ${maxLines}`).join('\n') }
}

/** Every check, in order: { name, ok, output, seconds }. */
export function* lint(node) {
  const checks = {
    oxlint: () => tool(node, 'oxlint/bin/oxlint', '--deny-warnings'),
    'import rules': () => tool(node, 'dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'test', '--output-type', 'err-long'),
    types: () => tool(node, 'typescript/bin/tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', 'out/types.tsbuildinfo'),
    'file length': lengths,
  }
  for (const [name, run] of Object.entries(checks)) {
    const from = performance.now()
    const result = run()
    yield { name, ...result, seconds: (performance.now() - from) / 1000 }
  }
}

/** Prints a check's line, and its output when it failed. */
export function report({ name, ok, output, seconds }) {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`)
  if (!ok) console.log(output)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const check of lint(setUp())) {
    report(check)
    if (!check.ok) process.exitCode = 1
  }
