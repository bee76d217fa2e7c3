/** Truth of synthetic clips, proved by other means than the code that makes it: pixels, brute force, closed loops. */
import { describe, expect, it } from 'vitest'
import { renderScene, synthScenes } from './synthScenes.ts'
import type { SynthClip } from './synthClip.ts'
import { apply, subtract, transpose } from './pose.ts'
import type { Vec3 } from './pose.ts'
import { randomStream } from './randomStream.ts'
import { TrackState } from '../../shared/tracks.ts'

const small = { width: 160, height: 120, frames: 24, noise: 0 }

/** Bilinear luma at a raster point. */
function lumaAt(rgb: Uint8Array, clip: SynthClip, x: number, y: number): number {
  const [s, t] = [x - 0.5, y - 0.5]
  const [i, j] = [Math.floor(s), Math.floor(t)]
  const at = (a: number, b: number) => {
    const k = (Math.min(clip.height - 1, Math.max(0, b)) * clip.width + Math.min(clip.width - 1, Math.max(0, a))) * 3
    return 0.299 * rgb[k] + 0.587 * rgb[k + 1] + 0.114 * rgb[k + 2]
  }
  const [fs, ft] = [s - i, t - j]
  return (at(i, j) * (1 - fs) + at(i + 1, j) * fs) * (1 - ft) + (at(i, j + 1) * (1 - fs) + at(i + 1, j + 1) * fs) * ft
}

/** Median absolute luma difference between the query and its visible places, with positions shifted by `offset` pixels. */
function photoError(clip: SynthClip, offset: number): number {
  const frames = Array.from({ length: clip.frames }, (_, t) => clip.rgb(t))
  const truth = clip.groundTruth({ count: 150, seed: 3, strategy: 'uniform' })
  const errors: number[] = []
  for (let n = 0; n < truth.ids.length; n++) {
    const own = lumaAt(frames[truth.queryFrames[n]], clip, truth.queryPoints[n * 2], truth.queryPoints[n * 2 + 1])
    for (let t = 0; t < clip.frames; t++) {
      const at = n * clip.frames + t
      if (truth.states[at] !== TrackState.visible || t === truth.queryFrames[n]) continue
      errors.push(Math.abs(own - lumaAt(frames[t], clip, truth.positions[at * 2] + offset, truth.positions[at * 2 + 1] + offset)))
    }
  }
  return errors.sort((a, b) => a - b)[errors.length >> 1]
}

/** Depth of the nearest surface on a ray by sampling each shape's own equation along the ray: slow, and nothing shared with FrameView. */
function marchDepth(clip: SynthClip, frame: number, x: number, y: number): number {
  const camera = clip.scene.cameraAt(frame)
  const focal = clip.width / (2 * Math.tan((clip.scene.fovDegrees * Math.PI) / 360))
  const ray: Vec3 = [(x - clip.width / 2) / focal, (y - clip.height / 2) / focal, 1]
  let nearest = Infinity
  for (const object of clip.scene.objects) {
    const { shape } = object
    if (shape.kind === 'cloth') continue
    const pose = object.poseAt(frame)
    const value = (depth: number): number => {
      const world = apply(camera.rotation, [ray[0] * depth, ray[1] * depth, depth]).map((v, k) => v + camera.position[k]) as unknown as Vec3
      const p = apply(transpose(pose.rotation), subtract(world, pose.position))
      if (shape.kind === 'ball') return Math.hypot(...p) - shape.radius
      if (shape.kind === 'cylinder') return Math.max(Math.hypot(p[0], p[2]) - shape.radius, Math.abs(p[1]) - shape.halfHeight)
      const box = Math.max(...p.map((v, k) => Math.abs(v) - shape.half[k]))
      return shape.inside === true ? -box : box
    }
    // The first sign change, then bisection.
    const step = 0.01
    for (let depth = 0.5; depth < 25 && depth < nearest; depth += step) {
      if (value(depth) > 0) continue
      let [low, high] = [depth - step, depth]
      for (let k = 0; k < 40; k++) {
        const middle = (low + high) / 2
        if (value(middle) > 0) low = middle
        else high = middle
      }
      nearest = Math.min(nearest, high)
      break
    }
  }
  return nearest
}

describe.each(synthScenes.map(s => s.name))('synthetic scene %s', name => {
  const clip = renderScene(name, { ...small, seed: 5 })

  it('is the same for the same seed and another for another', () => {
    const again = renderScene(name, { ...small, seed: 5, noise: 1.5 })
    const noisy = renderScene(name, { ...small, seed: 5, noise: 1.5 })
    const other = renderScene(name, { ...small, seed: 6, noise: 1.5 })
    expect(again.rgb(7)).toEqual(noisy.rgb(7))
    expect(again.groundTruth({ count: 9, seed: 2 })).toEqual(noisy.groundTruth({ count: 9, seed: 2 }))
    expect(again.groundTruth({ count: 9, seed: 2 }).positions).not.toEqual(again.groundTruth({ count: 9, seed: 3 }).positions)
    const [a, b] = [again.rgb(7), other.rgb(7)]
    expect(a.reduce((sum, v, k) => sum + Math.abs(v - b[k]), 0) / a.length).toBeGreaterThan(3)
  })

  it('shows a visible point in its own colour, and not two pixels beside it', () => {
    const recipe = synthScenes.find(s => s.name === name)!
    const error = photoError(clip, 0)
    expect(error).toBeLessThan(recipe.fixedLight ? 3 : 5)
    expect(photoError(clip, 2)).toBeGreaterThan(1.5 * error)
  })

  it('has flow that agrees with its tracks, and that returns to where it came from', () => {
    const [from, to] = [4, 15]
    const there = clip.flow(from, to)
    const random = randomStream(1)
    let seen = 0
    for (let k = 0; k < 300; k++) {
      const [i, j] = [random.index(clip.width), random.index(clip.height)]
      const at = j * clip.width + i
      const track = clip.surfaceTrack(from, i + 0.5, j + 0.5)
      expect(there.flow[at * 2]).toBeCloseTo(track.positions[to * 2] - i - 0.5, 3)
      expect(there.states[at]).toBe(track.states[to])
      expect(there.visible[at] === 1).toBe(track.states[to] === TrackState.visible)
      if (there.visible[at] === 0) continue
      const [x, y] = [track.positions[to * 2], track.positions[to * 2 + 1]]
      const back = clip.surfaceTrack(to, x, y)
      // A ray within rounding of a rim may fall beside it.
      if (back.object !== track.object) continue
      seen++
      expect(Math.hypot(back.positions[from * 2] - i - 0.5, back.positions[from * 2 + 1] - j - 0.5)).toBeLessThan(1e-3)
    }
    expect(seen).toBeGreaterThan(80)
  })

  it('draws queries that are visible at their own frame and place, over frames and objects', () => {
    const truth = clip.groundTruth({ count: 200, seed: 8 })
    const objects = new Set<number>()
    for (let n = 0; n < 200; n++) {
      const at = n * clip.frames + truth.queryFrames[n]
      expect(truth.states[at]).toBe(TrackState.visible)
      expect(truth.positions[at * 2]).toBeCloseTo(truth.queryPoints[n * 2], 3)
      expect(truth.positions[at * 2 + 1]).toBeCloseTo(truth.queryPoints[n * 2 + 1], 3)
      objects.add(clip.surfaceTrack(truth.queryFrames[n], truth.queryPoints[n * 2], truth.queryPoints[n * 2 + 1]).object)
    }
    expect(new Set(truth.queryFrames).size).toBeGreaterThan(15)
    expect(objects.size).toBe(clip.objectNames.length)
  })
})

describe.each(['parallax', 'stacking', 'reappear', 'fast'])('depth and visibility of %s', name => {
  it('equal those of marching along rays through the shapes', () => {
    const clip = renderScene(name, { ...small, seed: 11 })
    const depth = clip.depth(9)
    const random = randomStream(2)
    for (let k = 0; k < 60; k++) {
      const [i, j] = [random.index(clip.width), random.index(clip.height)]
      const marched = marchDepth(clip, 9, i + 0.5, j + 0.5)
      // Marching may step over a sliver thinner than its step.
      if (marched > depth[j * clip.width + i] + 0.02) continue
      expect(marched).toBeCloseTo(depth[j * clip.width + i], 4)
    }
    const tracks = clip.groundTruth({ count: 40, seed: 4 })
    const wrong = { count: 0, of: 0, hidden: 0 }
    for (let n = 0; n < 40; n++) {
      const track = clip.surfaceTrack(tracks.queryFrames[n], tracks.queryPoints[n * 2], tracks.queryPoints[n * 2 + 1])
      for (const t of [0, 12, 23]) {
        if (track.states[t] === TrackState.outOfFrame) continue
        const marched = marchDepth(clip, t, track.positions[t * 2], track.positions[t * 2 + 1])
        wrong.of++
        if (marched < track.depths[t] - 1e-3) wrong.hidden++
        if (marched < track.depths[t] - 1e-3 !== (track.states[t] === TrackState.occluded)) wrong.count++
      }
    }
    expect(wrong.hidden).toBeGreaterThan(0)
    // Only slivers and rims may differ.
    expect(wrong.count).toBeLessThanOrEqual(1)
  })
})

describe('visibility of cloth', () => {
  it('equals a test of the ray against every triangle', () => {
    const clip = renderScene('cloth', { ...small, frames: 40, seed: 3 })
    const { shape } = clip.scene.objects[1]
    if (shape.kind !== 'cloth') throw new Error('the second object is the cloth')
    const truth = clip.groundTruth({ count: 150, seed: 6 })
    let hidden = 0
    for (const frame of [13, 39]) {
      const camera = clip.scene.cameraAt(frame)
      const toCamera = transpose(camera.rotation)
      const vertex = (i: number, j: number) => apply(toCamera, subtract(shape.at(frame, i / shape.columns, j / shape.rows), camera.position))
      const triangles: [Vec3, Vec3, Vec3][] = []
      for (let j = 0; j < shape.rows; j++) {
        for (let i = 0; i < shape.columns; i++) {
          triangles.push([vertex(i, j), vertex(i + 1, j), vertex(i, j + 1)], [vertex(i + 1, j + 1), vertex(i, j + 1), vertex(i + 1, j)])
        }
      }
      const cross = (a: Vec3, b: Vec3): Vec3 => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
      const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
      const focal = clip.width / (2 * Math.tan((clip.scene.fovDegrees * Math.PI) / 360))
      for (let n = 0; n < 150; n++) {
        const track = clip.surfaceTrack(truth.queryFrames[n], truth.queryPoints[n * 2], truth.queryPoints[n * 2 + 1])
        if (track.object !== 1 || track.states[frame] === TrackState.outOfFrame) continue
        const ray: Vec3 = [(track.positions[frame * 2] - clip.width / 2) / focal, (track.positions[frame * 2 + 1] - clip.height / 2) / focal, 1]
        let nearest = Infinity
        for (const [a, b, c] of triangles) {
          // Möller and Trumbore, from the origin.
          const [e1, e2] = [subtract(b, a), subtract(c, a)]
          const h = cross(ray, e2)
          const f = 1 / dot(e1, h)
          const u = -f * dot(a, h)
          const q = cross([-a[0], -a[1], -a[2]], e1)
          const v = f * dot(ray, q)
          if (u >= 0 && v >= 0 && u + v <= 1) nearest = Math.min(nearest, f * dot(e2, q))
        }
        const covered = nearest < track.depths[frame] - 1e-4
        if (covered) hidden++
        expect(track.states[frame] === TrackState.occluded).toBe(covered)
        if (!covered && nearest < Infinity) expect(nearest).toBeCloseTo(track.depths[frame], 6)
      }
    }
    expect(hidden).toBeGreaterThan(2)
  })
})

describe('scenes do what they are for', () => {
  const hiddenRuns = (name: string): number[] => {
    const clip = renderScene(name, { seed: 2, width: 160, height: 120 })
    const truth = clip.groundTruth({ count: 120, seed: 1 })
    const runs: number[] = []
    for (let n = 0; n < 120; n++) {
      const states = truth.states.subarray(n * clip.frames, (n + 1) * clip.frames)
      let start = -1
      let before = false
      states.forEach((s, t) => {
        if (s === TrackState.visible) {
          if (start >= 0 && before) runs.push(t - start)
          before = true
          start = -1
        } else if (start < 0) start = t
      })
    }
    return runs
  }

  it('reappear hides points for 10 to 20 frames and shows them again', () => {
    expect(hiddenRuns('reappear').filter(r => r >= 10 && r <= 20).length).toBeGreaterThan(8)
  })

  it('fast moves the picture by several pixels a frame', () => {
    const clip = renderScene('fast', { seed: 2 })
    const speeds = Array.from({ length: 39 }, (_, t) => {
      const track = clip.surfaceTrack(t, 160, 40)
      return Math.hypot(track.positions[t * 2 + 2] - track.positions[t * 2], track.positions[t * 2 + 3] - track.positions[t * 2 + 1])
    })
    expect(Math.max(...speeds)).toBeGreaterThan(8)
    expect(Math.max(...speeds)).toBeLessThan(25)
  })
})

describe('renderScene', () => {
  it('names an unknown scene and says which there are', () => {
    expect(() => renderScene('ocean')).toThrow(/ocean.*parallax/)
  })
  it('refuses sizes that are no images', () => {
    expect(() => renderScene('fast', { width: 3 })).toThrow(/width 3/)
    expect(() => renderScene('fast', { frames: 1 })).toThrow(/frame count 1/)
  })
})
