import { expect, test } from 'vitest'
import { presets } from '../../shared/presets.ts'
import type { RunRecord } from '../../shared/projectRecords.ts'
import { estimateRun, estimateWords } from './runEstimate.ts'

const video = { width: 320, height: 240, frameCount: 40 }

function run(seconds: { fit: number; rest: number }, state: RunRecord['state'] = 'done'): RunRecord {
  return {
    id: 1, videoId: 1, preset: 'draft', settingsDiff: {}, settings: presets.draft, seed: 0, codeVersion: '0', state, step: 600, error: null, checkpointPath: null, checkpointStep: null,
    createdAt: 0, startedAt: 0, endedAt: 1, activeMs: 1000 * (seconds.fit + seconds.rest), phaseMs: { optimise: 1000 * seconds.fit, flow: 1000 * seconds.rest },
  }
}

test('a run like one before takes as long as that one did', () => {
  const estimate = estimateRun(presets.draft, video, [run({ fit: 100, rest: 20 })])
  expect(estimate.seconds).toBeCloseTo(120, 6)
  expect(estimate.isMeasured).toBe(true)
})

test('a longer fit takes longer in proportion', () => {
  const { seconds } = estimateRun({ ...presets.draft, steps: 6000 }, video, [run({ fit: 100, rest: 20 })])
  expect(seconds).toBeCloseTo(1020, 6)
})

test('a run whose flow was cached does not make preparation free', () => {
  expect(estimateRun(presets.draft, video, [run({ fit: 100, rest: 0 }), run({ fit: 100, rest: 20 })]).seconds).toBeCloseTo(120, 6)
})

test('unfinished runs say nothing', () => {
  expect(estimateRun(presets.draft, video, [run({ fit: 1, rest: 1 }, 'cancelled')])).toEqual(estimateRun(presets.draft, video, []))
  expect(estimateRun(presets.draft, video, []).isMeasured).toBe(false)
})

test('presets order as their names promise', () => {
  const seconds = (['draft', 'standard', 'fine'] as const).map(name => estimateRun(presets[name], video, []).seconds)
  expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
})

test('is said no finer than it is known', () => {
  expect([20, 70, 200, 1500, 10_900].map(seconds => estimateWords({ seconds, isMeasured: false }))).toEqual([
    'less than a minute', 'about a minute', 'about 3 min', 'about 25 min', 'about 3 h',
  ])
})
