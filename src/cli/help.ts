/** Help texts, made from the commands' own tables. */
import type { CommandSpec } from './arguments.ts'

export function overviewHelp(commands: readonly CommandSpec[], version: string): string {
  const width = Math.max(...commands.map(c => c.name.length)) + 2
  return [
    `tapline ${version}: tracks any point in any video, through occlusions.`,
    '',
    'Usage: npx tapline COMMAND …',
    '',
    ...commands.map(c => `  ${c.name.padEnd(width)}${c.summary}`),
    '',
    'Examples:',
    ...commands.slice(0, 4).flatMap(c => c.examples.slice(0, 1).map(([line]) => `  ${line}`)),
    '',
    'npx tapline COMMAND --help explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    '',
  ].join('\n')
}

export function commandHelp(spec: CommandSpec): string {
  const options = Object.entries(spec.options).map(([name, o]) => {
    const value = o.choices ? o.choices.join('|') : (o.value ?? 'VALUE')
    return { left: `--${name}${o.type === 'string' ? ` ${value}` : ''}`, text: o.text + (o.multiple ? ' (may be repeated)' : '') }
  })
  const width = Math.min(36, Math.max(0, ...options.map(o => o.left.length)) + 2)
  const lines = [
    spec.summary,
    '',
    `Usage: npx tapline ${[spec.name, ...spec.positionals].join(' ')}${options.length ? ' [options]' : ''}`,
  ]
  if (options.length) lines.push('', 'Options:', ...options.map(o => row(o.left, o.text, width)))
  lines.push('', 'Examples:', ...spec.examples.flatMap(([line, text]) => [`  # ${text}`, `  ${line}`]), '')
  return lines.join('\n')
}

function row(left: string, text: string, width: number): string {
  return left.length + 2 > width ? `  ${left}\n  ${' '.repeat(width)}${text}` : `  ${left.padEnd(width)}${text}`
}
