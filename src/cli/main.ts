/** The command line: finds the command, parses, runs, and turns errors into lines and exit codes. */
import { readFileSync } from 'node:fs'
import { TaplineError, fromSystemError } from '../shared/errors.ts'
import { parseArguments, usage, type Arguments, type CommandSpec } from './arguments.ts'
import { commandHelp, overviewHelp } from './help.ts'
import { createReporter, type Reporter } from './reporter.ts'
import { trackSpec, importSpec, exportSpec, evaluateSpec, synthSpec, benchSpec, benchmarkSpec, infoSpec, modelsSpec, serveSpec } from './commands/specs.ts'

export interface Command {
  run(args: Arguments, reporter: Reporter): Promise<void>
}

/** Commands are loaded when they are asked for: help is quick. */
const commands: readonly { spec: CommandSpec; load(): Promise<Command> }[] = [
  { spec: trackSpec, load: () => import('./commands/track.ts') },
  { spec: serveSpec, load: () => import('./commands/serve.ts') },
  { spec: importSpec, load: () => import('./commands/import.ts') },
  { spec: exportSpec, load: () => import('./commands/export.ts') },
  { spec: evaluateSpec, load: () => import('./commands/evaluate.ts') },
  { spec: synthSpec, load: () => import('./commands/synth.ts') },
  { spec: benchSpec, load: () => import('./commands/bench.ts') },
  { spec: benchmarkSpec, load: () => import('./commands/benchmark.ts') },
  { spec: modelsSpec, load: () => import('./commands/models.ts') },
  { spec: infoSpec, load: () => import('./commands/info.ts') },
]

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const

/** Runs `tapline ARGV…`; resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // `tapline info … | head`: who reads has read enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(exitCodes.done)
  })
  const [name, ...rest] = argv
  const specs = commands.map(c => c.spec)
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = rest.length ? specs.find(s => s.name === rest[0]) : undefined
    process.stdout.write(about ? commandHelp(about) : overviewHelp(specs, version()))
    return name === undefined ? exitCodes.usage : exitCodes.done
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`)
    return exitCodes.done
  }
  const json = rest.includes('--json')
  try {
    const command = commands.find(c => c.spec.name === name)
    if (!command) throw usage('', `there is no command "${name}"; there are ${specs.map(s => s.name).join(', ')}`)
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(commandHelp(command.spec))
      return exitCodes.done
    }
    const args = parseArguments(command.spec, rest)
    await (await command.load()).run(args, createReporter(json))
    return exitCodes.done
  } catch (caught) {
    return report(fromSystemError(caught, 'tapline'), json)
  }
}

function report(error: unknown, json: boolean): number {
  if (!(error instanceof TaplineError)) {
    // A fault of ours: the stack is what a report needs.
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`tapline failed in a way that it should not:\n${stack}\n`)
    if (json) process.stdout.write(`${JSON.stringify({ kind: 'failed', error: { code: 'internal', reason: String(error) } })}\n`)
    return exitCodes.failed
  }
  if (json) process.stdout.write(`${JSON.stringify({ kind: 'failed', error: error.toRecord() })}\n`)
  process.stderr.write(`${error.code === 'cancelled' ? '' : 'Error: '}${error.subject}: ${error.reason}.\n${error.next}\n`)
  if (error.code === 'usage') return exitCodes.usage
  return error.code === 'cancelled' ? exitCodes.interrupted : exitCodes.failed
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
