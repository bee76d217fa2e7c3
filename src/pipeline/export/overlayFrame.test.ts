import { describe, expect, it } from 'vitest'
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState, emptyTracks } from '../../shared/tracks.ts'
import { OverlayCanvas } from './overlayCanvas.ts'
import { overlayColour } from './overlayColour.ts'
import { drawOverlay, overlayStyle } from './overlayFrame.ts'

const size = { width: 60, height: 40 }
const black = () => new Uint8Array(size.width * size.height * 3)
const at = (rgb: Uint8Array, x: number, y: number) => [...rgb.subarray((y * size.width + x) * 3, (y * size.width + x) * 3 + 3)]
/** Sum of a channel, as a fraction of full pixels. */
const area = (rgb: Uint8Array, channel = 0) => rgb.reduce((sum, v, i) => sum + (i % 3 === channel ? v : 0), 0) / 255
const white = [255, 255, 255] as const

describe('the overlay rasteriser', () => {
  it.each([[30, 20, 6], [30.5, 20.5, 6], [30.27, 19.81, 3.3], [25.9, 18.2, 1.5]])('fills the area of a disc at (%f, %f) of radius %f, centred there', (x, y, radius) => {
    const rgb = black()
    new OverlayCanvas(rgb, size).disc(x, y, radius, white)
    expect(area(rgb) / (Math.PI * radius ** 2)).toBeCloseTo(1, 1)
    let [sx, sy, sum] = [0, 0, 0]
    for (let j = 0; j < size.height; j++) {
      for (let i = 0; i < size.width; i++) {
        const v = rgb[(j * size.width + i) * 3]
        sum += v
        sx += v * (i + 0.5)
        sy += v * (j + 0.5)
      }
    }
    expect(sx / sum).toBeCloseTo(x, 1)
    expect(sy / sum).toBeCloseTo(y, 1)
  })

  it('leaves the middle of a ring as it was', () => {
    const rgb = black()
    new OverlayCanvas(rgb, size).ring(30, 20, 8, 2, white)
    expect(at(rgb, 30, 20)).toEqual([0, 0, 0])
    expect(at(rgb, 37, 20)[0]).toBeGreaterThan(200)
    expect(area(rgb) / (2 * Math.PI * 8 * 2)).toBeCloseTo(1, 1)
  })

  it.each([[5, 5, 50, 30], [50, 30, 5, 5], [10, 35, 12, 3], [5, 20, 55, 20], [20, 5, 20, 35]])('draws a line from (%i, %i) to (%i, %i) of even width', (x0, y0, x1, y1) => {
    const rgb = black()
    const canvas = new OverlayCanvas(rgb, size)
    canvas.lineTo(x0, y0, x1, y1, 3, 1, 1)
    canvas.stroke(white)
    expect(area(rgb) / (Math.hypot(x1 - x0, y1 - y0) * 3 + Math.PI * 1.5 ** 2)).toBeCloseTo(1, 1)
    expect(at(rgb, Math.floor((x0 + x1) / 2), Math.floor((y0 + y1) / 2))[0]).toBeGreaterThan(200)
  })

  it('does not add up where pieces of one line meet, and forgets a line that was painted', () => {
    const [whole, pieces] = [black(), black()]
    const one = new OverlayCanvas(whole, size)
    one.lineTo(10, 10, 50, 30, 3, 0.5, 0.5)
    one.stroke(white)
    const two = new OverlayCanvas(pieces, size)
    two.lineTo(10, 10, 30, 20, 3, 0.5, 0.5)
    two.lineTo(30, 20, 50, 30, 3, 0.5, 0.5)
    two.stroke(white)
    expect(Math.max(...whole.map((v, i) => Math.abs(v - pieces[i])))).toBeLessThanOrEqual(1)
    two.stroke(white)
    expect(Math.max(...whole.map((v, i) => Math.abs(v - pieces[i])))).toBeLessThanOrEqual(1)
  })

  it('clips what lies outside, and passes over what is nowhere', () => {
    const rgb = black()
    const canvas = new OverlayCanvas(rgb, size)
    canvas.disc(0, 0, 5, white)
    canvas.disc(-100, 20, 5, white)
    canvas.disc(Number.NaN, 20, 5, white)
    canvas.lineTo(-500, 20, 500, 20, 2, 1, 1)
    canvas.stroke(white)
    expect(at(rgb, 0, 0)[0]).toBe(255)
    expect(at(rgb, 59, 19)[0]).toBe(255)
    expect(at(rgb, 30, 5)[0]).toBe(0)
  })
})

it('a colour of the project is drawn as it is', () => {
  expect(overlayColour('#ff8001')).toEqual([255, 128, 1])
  expect(overlayColour('#00000a')).toEqual([0, 0, 10])
})

describe('tracks over a frame', () => {
  const style = { trails: 4, radius: 4, colour: () => white }
  const place = (tracks: TrackSet, track: number, frame: number, x: number, y: number, state: TrackState) => {
    const cell = track * tracks.frames + frame
    tracks.positions[2 * cell] = x
    tracks.positions[2 * cell + 1] = y
    tracks.states[cell] = state
  }

  it('are dots where visible, rings where occluded, nothing where out of frame or not labelled', () => {
    const tracks = emptyTracks(['a', 'b', 'c', 'd'], 1, size)
    place(tracks, 0, 0, 10.5, 20.5, TrackState.visible)
    place(tracks, 1, 0, 25.5, 20.5, TrackState.occluded)
    place(tracks, 2, 0, 40.5, 20.5, TrackState.outOfFrame)
    place(tracks, 3, 0, 52.5, 20.5, TrackState.unlabelled)
    const rgb = black()
    drawOverlay(rgb, tracks, 0, style)
    expect(at(rgb, 10, 20)).toEqual([255, 255, 255])
    expect(at(rgb, 25, 20)).toEqual([0, 0, 0])
    expect(at(rgb, 29, 20)[0]).toBeGreaterThan(200)
    expect(area(rgb.map((v, i) => (Math.floor(i / 3) % 60 > 32 ? v : 0)))).toBe(0)
  })

  it('leave a fading trail of the last frames, none across gaps', () => {
    const tracks = emptyTracks(['a', 'b'], 7, size)
    for (let t = 0; t < 7; t++) {
      place(tracks, 0, t, 3 + t * 8, 10, TrackState.visible)
      place(tracks, 1, t, 3 + t * 8, 30, t === 4 ? TrackState.outOfFrame : TrackState.visible)
    }
    const rgb = black()
    drawOverlay(rgb, tracks, 6, style)
    const along = (x: number, y: number) => Math.max(at(rgb, x, y)[0], at(rgb, x, y - 1)[0])
    expect(along(39, 10)).toBeGreaterThan(along(31, 10))
    expect(along(31, 10)).toBeGreaterThan(along(23, 10))
    expect(along(23, 10)).toBeGreaterThan(0)
    expect(along(15, 10)).toBe(0)
    expect([along(31, 30), along(39, 30)]).toEqual([0, 0])
    expect(along(23, 30)).toBeGreaterThan(0)
  })

  it('get smaller marks when there are many', () => {
    const big = { width: 1920, height: 1080 }
    expect(overlayStyle(big, 5, 0).radius).toBeGreaterThan(overlayStyle(big, 5000, 0).radius)
    expect(overlayStyle({ width: 100, height: 80 }, 100_000, 0).radius).toBeGreaterThanOrEqual(1.5)
  })
})
