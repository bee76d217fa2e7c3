import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { presets } from '../../shared/presets.ts'
import { qualityBench, type SceneQuality } from './qualityBench.ts'

it('scores the tracker and chained flow on each scene asked for, and leaves nothing behind', async () => {
  const leftovers = () => readdirSync(tmpdir()).filter(name => name.startsWith('tapline-bench-')).length
  const before = leftovers()
  const results: SceneQuality[] = []
  const bench = qualityBench({
    scenes: ['parallax'], settings: { ...presets.draft, steps: 10 }, threads: 1, seed: 1, size: { width: 48, height: 36 }, frames: 6, tracks: 8,
    signal: new AbortController().signal, progress: () => {},
  })
  for await (const result of bench) results.push(result)
  expect(results.map(result => result.scene)).toEqual(['parallax'])
  const [{ ours, chained, seconds }] = results
  expect(seconds).toBeGreaterThan(0)
  // Two pixels of 48 are eleven of the 256 that scores are measured in: whatever tracks at all passes.
  for (const scores of [ours, chained]) {
    expect(scores.perTrack).toHaveLength(8)
    expect(scores.deltaAvg).toBeGreaterThan(0.3)
  }
  expect(ours.averageJaccard).not.toBe(chained.averageJaccard)
  expect(leftovers()).toBe(before)
})
