/** Runs the real command line in a process of its own, as a person's shell would, with a user data folder of the test. Not here: what it should do. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { root } from '../../scripts/setup.mjs'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves at the first JSON line of standard output that `wanted` accepts; rejects when the process ends before. */
  message(wanted: (message: JsonLine) => boolean): Promise<JsonLine>
}

export interface JsonLine {
  readonly kind: string
  readonly [key: string]: unknown
}

/** A folder for one test file: commands run in it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'tapline-cli-'))

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts)
  }

  start(...args: readonly string[]): Running {
    const child = spawn(process.execPath, [join(root, 'bin/tapline.mjs'), ...args], {
      cwd: this.folder,
      env: { ...process.env, TAPLINE_HOME: this.path('home') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', code => resolve({ code, out, err }))
    })
    const message = (wanted: (message: JsonLine) => boolean) =>
      new Promise<JsonLine>((resolve, reject) => {
        const look = () => {
          const whole = out.slice(0, out.lastIndexOf('\n') + 1)
          const found = jsonLines(whole).find(wanted)
          if (found) resolve(found)
        }
        child.stdout.on('data', look)
        look()
        void ended.then(({ code }) => reject(new Error(`it ended with ${code} before that message: ${err}`)))
      })
    return { child, ended, message }
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  /** Runs a command that has to succeed; its result in JSON mode. */
  async json(...args: readonly string[]): Promise<JsonLine> {
    const { code, out, err } = await this.run(...args, '--json')
    if (code !== 0) throw new Error(`tapline ${args.join(' ')} ended with ${code}: ${out}${err}`)
    return jsonLines(out).at(-1)!
  }

  /**
   * Every file below a folder and a digest of what is in it: equal before and after means that nothing was touched. Left out are the two
   * files that SQLite keeps beside a database while it is read, which hold nothing of their own then.
   */
  digest(...parts: readonly string[]): Record<string, string> {
    const top = this.path(...parts)
    const files = readdirSync(top, { recursive: true, encoding: 'utf8' }).filter(file => statSync(join(top, file)).isFile() && !file.endsWith('-shm'))
    const holdsSomething = (file: string) => !file.endsWith('-wal') || statSync(join(top, file)).size > 0
    return Object.fromEntries(files.filter(holdsSomething).sort().map(file => [file, createHash('sha256').update(readFileSync(join(top, file))).digest('hex')]))
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function jsonLines(text: string): JsonLine[] {
  return text.split('\n').filter(Boolean).map(line => JSON.parse(line) as JsonLine)
}

/** A clip of 8 frames of 48×36 pixels with its truth: folder `name` of the workplace. */
export async function synthClip(place: Workplace, name = 'parallax'): Promise<void> {
  await place.json('synth', name, '--size', '48x36', '--frames', '8', '--tracks', '12', '--out', place.folder)
}

/** What makes a run of the tiny clip short, and the same on every machine. */
export const short = ['--preset', 'draft', '--steps', '40', '--threads', '1'] as const
