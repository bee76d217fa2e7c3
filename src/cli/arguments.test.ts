import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'
import { commandHelp } from './help.ts'
import { benchmarkSpec, benchSpec, evaluateSpec, exportSpec, importSpec, infoSpec, synthSpec, trackSpec } from './commands/specs.ts'

const parse = (...argv: string[]) => parseArguments(trackSpec, argv)

describe('arguments', () => {
  it('collects repeated outputs and reads numbers', () => {
    const args = parse('clip.mp4', '--out', 'a.pkl', '--out', 'b.mp4', '--grid', '8')
    expect(args.positionals).toEqual(['clip.mp4'])
    expect(args.list('out')).toEqual(['a.pkl', 'b.mp4'])
    expect(args.number('grid', 1, 64)).toBe(8)
    expect(args.number('seed', 0, 9)).toBeUndefined()
  })

  it.each([
    [['--grid', '3'], 'VIDEO is missing'],
    [['a.mp4', 'b.mp4'], '"b.mp4" is one argument too many'],
    [['a.mp4', '--preset', 'best'], '--preset best is none of draft, standard, fine'],
    [['a.mp4', '--quries', 'q.csv'], "Unknown option '--quries'"],
  ])('refuses %j', (argv, reason) => {
    expect(() => parse(...argv)).toThrow(reason)
  })

  it.each(['x', '', '1.5', '0', '65', 'Infinity'])('refuses --grid %j with its range', text => {
    expect(() => parse('a.mp4', `--grid=${text}`).number('grid', 1, 64)).toThrow(/--grid .* is not a whole number from 1 to 64/)
  })

  it('explains every option of every command with an example', () => {
    for (const spec of [trackSpec, importSpec, exportSpec, evaluateSpec, synthSpec, benchSpec, benchmarkSpec, infoSpec]) {
      const text = commandHelp(spec)
      for (const name of Object.keys(spec.options)) expect(text).toContain(`--${name}`)
      expect(text).toContain(`npx tapline ${spec.name}`)
      // Examples are real: they parse.
      for (const [line] of spec.examples) parseArguments(spec, line.split(' ').slice(3))
    }
  })
})
