import { describe, expect, it } from 'vitest'
import { presets } from '../../shared/presets.ts'
import { parseMethods, type MethodRun, type MethodSurroundings } from './methods.ts'

const tracker = (name: string, problem: string | null = null, network: string | null = null) => ({ name, title: name, text: '', problem, network })
const around: MethodSurroundings = {
  preset: 'draft',
  trackers: [tracker('chained'), tracker('omnimotion', 'it is not there yet'), tracker('tapir', null, 'ab12')],
  learned: { flow: 'cd34' },
}
const one = (text: string, changed: Partial<MethodSurroundings> = {}) => parseMethods(text, { ...around, ...changed })[0]
const settingsOf = (run: MethodRun) => (run.kind === 'field' ? run.settings : null)

describe('methods', () => {
  it('are the field and every tracker, each once, in the order named', () => {
    const methods = parseMethods(' chained,tapline,chained ,tapir', around)
    expect(methods.map(({ name, seeded, problem }) => [name, seeded, problem])).toEqual([['chained', false, null], ['tapline', true, null], ['tapir', false, null]])
    expect(methods[0].run).toEqual({ kind: 'tracker', tracker: 'chained', network: null, longSide: presets.draft.longSide })
    expect(settingsOf(methods[1].run)).toEqual(presets.draft)
  })

  it.each([
    ['tapline:no-depth', { useDepthPrior: false }],
    ['tapline:no-depth+no-long-term', { useDepthPrior: false, useLongTerm: false }],
    ['tapline:affine', { coupling: 'affine' }],
    ['tapline:B=8+steps=40', { controlPoints: 8, steps: 40 }],
  ] as const)('%s changes what it names and nothing else', (name, changed) => {
    expect(settingsOf(one(name).run)).toEqual({ ...presets.draft, ...changed })
  })

  it('may have a preset of their own; steps asked for hold for all that name none', () => {
    expect(settingsOf(one('tapline:standard').run)).toEqual(presets.standard)
    expect(settingsOf(one('tapline:standard', { steps: 7 }).run)).toEqual({ ...presets.standard, steps: 7 })
    expect(settingsOf(one('tapline:steps=9', { steps: 7 }).run)).toEqual({ ...presets.draft, steps: 9 })
  })

  it('learned are supervised by the networks there are; without any they say why they cannot run', () => {
    expect(one('tapline:learned').run).toMatchObject({ learned: { flow: 'cd34' } })
    expect(one('tapline').run).not.toHaveProperty('learned')
    expect(one('tapline:learned', { learned: {} }).problem).toContain('tapline models list')
    expect(one('omnimotion').problem).toBe('it is not there yet')
  })

  it.each([
    ['magic', 'there is no such method', 'chained, omnimotion, tapir'],
    ['chained:fast', 'there is no such method', 'chained'],
    ['tapline:fast', '"fast" is no variant', 'no-depth'],
    ['tapline:B=3', 'B=3 is not an even number from 2 to 16', 'B=N'],
    ['tapline:B=18', 'B=18 is not an even number', 'B=N'],
    ['tapline:steps=0', '"steps=0" is no variant', 'steps=N'],
    ['tapline:draft+fine', 'draft and fine are two presets', 'draft'],
    [' , ', 'it names no method', 'tapline'],
  ])('%s is refused with what there is', (name, reason, named) => {
    expect(() => parseMethods(name, around)).toThrow(expect.objectContaining({ code: 'usage', reason: expect.stringContaining(reason), next: expect.stringContaining(named) }))
  })
})
