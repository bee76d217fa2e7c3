import { describe, expect, it } from 'vitest'
import { presets } from './presets.ts'
import { checkSettings } from './trackSettings.ts'

describe('settings of a fit', () => {
  it('are those of every preset, and of every even number of control points to 16', () => {
    for (const preset of Object.values(presets)) expect(checkSettings(preset)).toBe(preset)
    for (const controlPoints of [2, 4, 6, 8, 16]) expect(checkSettings({ ...presets.draft, controlPoints }).controlPoints).toBe(controlPoints)
    expect(checkSettings({ ...presets.draft, coupling: 'affine' }).coupling).toBe('affine')
  })

  it.each([
    [{ steps: 0 }, /steps: 0 is no setting/],
    [{ seed: 1.5 }, /seed: 1.5/],
    [{ longSide: 8 }, /working size: 8/],
    [{ controlPoints: 3 }, /control points: 3 .*even number from 2 to 16/],
    [{ controlPoints: 18 }, /control points: 18/],
    [{ coupling: 'spline' as 'affine' }, /coupling: spline .*Choose one of cadex, affine/],
  ])('%o is none', (changes, message) => {
    expect(() => checkSettings({ ...presets.draft, ...changes })).toThrow(message)
  })
})
