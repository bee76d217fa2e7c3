// Compiles every AssemblyScript module src/engine/wasm/assembly/<name>/index.ts to out/wasm/<name>.wasm
// (plain SIMD) and out/wasm/<name>.relaxed.wasm (relaxed SIMD: fused multiply-add), only where sources are newer.
// Usage: node scripts/build-wasm.mjs [name...]
import { readdirSync, statSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, dirname, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'src/engine/wasm/assembly')
const out = join(root, 'out/wasm')

const newest = dir =>
  Math.max(0, ...readdirSync(dir, { recursive: true }).map(f => statSync(join(dir, String(f))).mtimeMs))

/**
 * Builds stale modules, telling `announce` their names first; returns the files built. Throws with the compiler's own
 * text when one does not compile.
 */
export async function buildWasm(only = [], announce = () => {}) {
  const names = readdirSync(sources).filter(n => existsSync(join(sources, n, 'index.ts')) && (!only.length || only.includes(n)))
  const stamp = newest(sources)
  const script = statSync(fileURLToPath(import.meta.url)).mtimeMs
  const stale = []
  for (const name of names)
    for (const relaxed of [false, true]) {
      const file = join(out, `${name}${relaxed ? '.relaxed' : ''}.wasm`)
      const since = only.length || !existsSync(join(sources, 'common')) ? newest(join(sources, name)) : stamp
      if (!existsSync(file) || statSync(file).mtimeMs < Math.max(since, script)) stale.push({ name, relaxed, file })
    }
  if (!stale.length) return []
  announce([...new Set(stale.map(s => s.name))])
  mkdirSync(out, { recursive: true })
  const asc = (await import('assemblyscript/asc')).default
  for (const { name, relaxed, file } of stale) {
    const temporary = `${file}.${process.pid}.tmp`
    // asc takes output paths relative to baseDir only.
    const { error, stderr } = await asc.main(
      [
        relative(root, join(sources, name, 'index.ts')),
        '--baseDir', root, '--outFile', relative(root, temporary),
        '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory',
        '--initialMemory', '1', '--maximumMemory', '65536',
        '--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory',
        ...(relaxed ? ['--enable', 'relaxed-simd'] : []),
      ],
      {},
    )
    if (error) {
      rmSync(temporary, { force: true })
      throw new Error(`${name}${relaxed ? ' (relaxed)' : ''} does not compile: ${error.message}\n${stderr.toString()}`)
    }
    renameSync(temporary, file)
  }
  return stale.map(s => relative(root, s.file))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const file of await buildWasm(process.argv.slice(2))) console.log(`built ${file}`)
