/** Options of a command as data: parsed, checked and described from one table. Not here: what commands do. */
import { parseArgs } from 'node:util'
import { TaplineError } from '../shared/errors.ts'

export interface OptionSpec {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** Shown in help: NAME of the value. */
  readonly value?: string
  readonly text: string
  /** Allowed values, where they are few. */
  readonly choices?: readonly string[]
}

export interface CommandSpec {
  readonly name: string
  readonly summary: string
  /** Positional arguments, e.g. ['VIDEO'] or ['[FILE]']; those in brackets may be left out; a last '…' takes more. */
  readonly positionals: readonly string[]
  readonly options: Readonly<Record<string, OptionSpec>>
  /** Lines of [command, what it does]. */
  readonly examples: readonly (readonly [string, string])[]
}

export class Arguments {
  readonly positionals: readonly string[]
  private readonly values: Readonly<Record<string, unknown>>
  private readonly command: string

  constructor(command: string, positionals: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.command = command
    this.positionals = positionals
    this.values = values
  }

  flag(name: string): boolean {
    return this.values[name] === true
  }

  text(name: string): string | undefined {
    return this.values[name] as string | undefined
  }

  list(name: string): readonly string[] {
    return (this.values[name] as string[] | undefined) ?? []
  }

  /** A number within [least, most]; throws a usage error that names the option. */
  number(name: string, least: number, most: number, whole = true): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || (whole && !Number.isInteger(value)) || value < least || value > most)
      throw usage(this.command, `--${name} ${text} is not a ${whole ? 'whole ' : ''}number from ${least} to ${most}`)
    return value
  }
}

export function usage(command: string, reason: string): TaplineError {
  return new TaplineError('usage', `tapline ${command}`.trim(), reason, `See "npx tapline ${command ? `${command} ` : ''}--help".`)
}

/** Parses what follows the command's name; throws usage errors. */
export function parseArguments(spec: CommandSpec, argv: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, o]) => [name, { type: o.type, multiple: o.multiple ?? false }]),
  )
  let parsed
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, allowNegative: false })
  } catch (error) {
    throw usage(spec.name, (error as Error).message.split('. ')[0].replace(/\.$/, ''))
  }
  const required = spec.positionals.filter(p => !p.startsWith('['))
  if (parsed.positionals.length < required.length) throw usage(spec.name, `${required[parsed.positionals.length]} is missing`)
  const open = spec.positionals.at(-1)?.includes('…')
  if (!open && parsed.positionals.length > spec.positionals.length)
    throw usage(spec.name, `"${parsed.positionals[spec.positionals.length]}" is one argument too many`)
  for (const [name, option] of Object.entries(spec.options)) {
    const value = parsed.values[name]
    if (option.choices && typeof value === 'string' && !option.choices.includes(value))
      throw usage(spec.name, `--${name} ${value} is none of ${option.choices.join(', ')}`)
  }
  return new Arguments(spec.name, parsed.positionals, parsed.values)
}
