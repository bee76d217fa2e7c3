import { describe, expect, test } from 'vitest'
import { TrackState } from '../../../shared/tracks.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import type { DrawnTrack } from '../drawnTracks.ts'
import { trackAt } from '../hitTest.ts'
import { toClip, toScreen, type Point } from '../viewport.ts'
import { GridTool } from './gridTool.ts'
import { PointTool } from './pointTool.ts'
import { PolygonTool } from './polygonTool.ts'
import { SelectTool } from './selectTool.ts'
import type { ToolHost, ToolPointer } from './tool.ts'

const frames = 20
const view = { scale: 7.3, x: -31.4, y: 12.7 }

function line(key: number, x: number, y: number, more: { locked?: boolean; node?: number } = {}): DrawnTrack {
  const positions = new Float32Array(2 * frames)
  for (let t = 0; t < frames; t++) positions.set([x + t, y], 2 * t)
  return {
    key,
    record: { key, videoId: 1, id: `t${key}`, name: `Track ${key}`, colour: '#ff0000', query: { frame: 0, x, y }, order: key, notes: '', hidden: false, locked: more.locked ?? false },
    positions, states: new Uint8Array(frames).fill(TrackState.visible), uncertainty: new Float32Array(frames), nodes: [{ frame: 0, x, y }], provisional: false,
  }
}

function host(tracks: readonly DrawnTrack[]) {
  const said: (string | null)[] = []
  const gestures: Gesture[] = []
  const added: (readonly Point[])[] = []
  const state = { selection: new Set<number>(), landed: () => {} }
  const made: ToolHost = {
    frame: 10, clip: { width: 160, height: 120 }, scale: view.scale, spacing: 20, tracks,
    get selection() {
      return state.selection
    },
    trackAt: screen => trackAt(tracks, screen, { frame: 10, clip: { width: 160, height: 120 }, view, selection: state.selection }),
    select(keys, how) {
      const next = new Set(how === 'replace' ? [] : state.selection)
      for (const key of keys) if (!(how === 'toggle' && next.delete(key))) next.add(key)
      state.selection = next
    },
    apply(gesture) {
      gestures.push(gesture)
      return new Promise(resolve => (state.landed = () => resolve(null)))
    },
    async add(points) {
      added.push(points)
    },
    say: text => said.push(text),
    changed() {},
  }
  return { host: made, state, said, gestures, added }
}

const pointer = (x: number, y: number, shift = false): ToolPointer => ({ x, y, screen: toScreen(view, { x, y }), shift })
/** Moved on the screen, as a mouse moves. */
const movedBy = (from: ToolPointer, dx: number, dy: number): ToolPointer => {
  const screen = { x: from.screen.x + dx, y: from.screen.y + dy }
  return { ...toClip(view, screen), screen, shift: from.shift }
}

describe('the select tool', () => {
  test('a click selects the nearest, Shift adds and takes away, an empty click deselects', () => {
    const { host: canvas, state, gestures } = host([line(1, 20, 20), line(2, 20, 60)])
    const tool = new SelectTool(canvas)
    const click = (at: ToolPointer) => (tool.down(at), tool.up(at))
    click(pointer(30.5, 20.4))
    expect([...state.selection]).toEqual([1])
    click(pointer(30, 60, true))
    expect([...state.selection]).toEqual([1, 2])
    click(pointer(30, 20, true))
    expect([...state.selection]).toEqual([2])
    click(pointer(100, 100))
    expect([...state.selection]).toEqual([])
    expect(gestures).toEqual([])
  })

  test('a drag moves the point by exactly what the mouse moved, in one gesture, and bends the path meanwhile', async () => {
    const { host: canvas, state, gestures } = host([line(1, 20.25, 20.5)])
    const tool = new SelectTool(canvas)
    // Taken hold of beside its centre: the point does not jump to the mouse.
    const from = pointer(30.6, 20.2)
    tool.down(from)
    for (const share of [0.2, 0.5, 1]) tool.move(movedBy(from, 40 * share, -25 * share))
    const bent = tool.draft.bent!.get(1)!
    expect(bent[20]).toBeCloseTo(30.25 + 40 / 7.3, 4)
    expect(bent[21]).toBeCloseTo(20.5 - 25 / 7.3, 4)
    // At the query nothing moves; half way to it, half.
    expect([bent[0], bent[1]]).toEqual([20.25, 20.5])
    expect(bent[10]).toBeCloseTo(25.25 + 20 / 7.3, 4)
    tool.up(movedBy(from, 40, -25))
    expect(gestures).toHaveLength(1)
    const [gesture] = gestures
    if (gesture.kind !== 'setKeyframes') throw new Error(gesture.kind)
    expect(gesture.items).toHaveLength(1)
    expect(gesture.items[0]).toMatchObject({ key: 1, frame: 10 })
    expect(gesture.items[0].x).toBeCloseTo(30.25 + 40 / 7.3, 9)
    expect(gesture.items[0].y).toBeCloseTo(20.5 - 25 / 7.3, 9)
    // Until the change arrives the path stays where it was dropped.
    expect(tool.draft.bent!.get(1)![20]).toBeCloseTo(30.25 + 40 / 7.3, 4)
    state.landed()
    await new Promise(resolve => setTimeout(resolve, 0))
    expect(tool.draft).toEqual({})
  })

  test('moves all selected points but the locked ones, and says so of a locked one', () => {
    const { host: canvas, state, said, gestures } = host([line(1, 20, 20), line(2, 20, 60), line(3, 20, 90, { locked: true })])
    const tool = new SelectTool(canvas)
    state.selection = new Set([1, 2, 3])
    const from = pointer(30, 60)
    tool.down(from)
    tool.up(movedBy(from, 0, 10))
    expect(gestures).toMatchObject([{ kind: 'setKeyframes', items: [{ key: 1 }, { key: 2 }] }])
    const locked = pointer(30, 90)
    tool.down(locked)
    tool.up(movedBy(locked, 30, 0))
    expect(gestures).toHaveLength(1)
    expect(said.at(-1)).toContain('Track 3 is locked')
  })

  test('Esc goes back to the mark; so does another frame', () => {
    const { host: canvas, gestures } = host([line(1, 20, 20)])
    const tool = new SelectTool(canvas)
    const from = pointer(30, 20)
    for (const end of [() => expect(tool.cancel()).toBe(true), () => tool.frameChanged()]) {
      tool.down(from)
      tool.move(movedBy(from, 50, 0))
      expect(tool.draft.bent).toBeDefined()
      end()
      expect(tool.draft).toEqual({})
      tool.up(movedBy(from, 50, 0))
    }
    expect(gestures).toEqual([])
    expect(tool.cancel()).toBe(false)
  })

  test('nudges add up to one gesture when Alt is let go', () => {
    const { host: canvas, state, gestures } = host([line(1, 20, 20)])
    state.selection = new Set([1])
    const tool = new SelectTool(canvas)
    expect(tool.key({ key: 'ArrowRight', shift: false, alt: false })).toBe(false)
    for (const shift of [false, false, true]) expect(tool.key({ key: 'ArrowRight', shift, alt: true })).toBe(true)
    tool.key({ key: 'ArrowUp', shift: true, alt: true })
    expect(gestures).toEqual([])
    tool.keyUp('Alt')
    expect(gestures).toHaveLength(1)
    const [gesture] = gestures
    if (gesture.kind !== 'setKeyframes') throw new Error(gesture.kind)
    expect(gesture.items[0].x).toBeCloseTo(32.1, 9)
    expect(gesture.items[0].y).toBeCloseTo(19.9, 9)
  })

  test('an empty drag is a rubber band', () => {
    const { host: canvas, state } = host([line(1, 20, 20), line(2, 20, 60), line(3, 100, 100)])
    const tool = new SelectTool(canvas)
    tool.down(pointer(5, 5))
    tool.move(pointer(60, 70))
    expect(tool.draft.band).toMatchObject([{ x: 5, y: 5 }, { x: 60, y: 70 }])
    tool.up(pointer(60, 70))
    expect([...state.selection]).toEqual([1, 2])
    expect(tool.draft).toEqual({})
  })
})

describe('tools that add', () => {
  test('the point tool adds where it was clicked, once, and not outside', () => {
    const { host: canvas, added, said } = host([])
    const tool = new PointTool(canvas)
    tool.down(pointer(33.3, 44.4))
    tool.up(pointer(33.3, 44.4))
    expect(added).toEqual([[{ x: 33.3, y: 44.4 }]])
    tool.down(pointer(-3, 44))
    tool.up(pointer(-3, 44))
    // A drag is no click.
    tool.down(pointer(10, 10))
    tool.move(pointer(30, 10))
    tool.up(pointer(30, 10))
    expect(added).toHaveLength(1)
    expect(said).toEqual(['Click inside the picture.'])
  })

  test('the point tool works by keyboard: from the middle, moved, Enter', () => {
    const { host: canvas, added } = host([])
    const tool = new PointTool(canvas)
    expect(tool.key({ key: 'ArrowLeft', shift: false, alt: false })).toBe(false)
    tool.key({ key: 'ArrowLeft', shift: true, alt: true })
    tool.key({ key: 'ArrowDown', shift: false, alt: true })
    tool.key({ key: 'Enter', shift: false, alt: false })
    expect(added[0][0].x).toBe(79)
    expect(added[0][0].y).toBeCloseTo(60 + 10 / 7.3, 9)
  })

  test('the grid tool shows its points and adds them at release; Esc adds none', () => {
    const { host: canvas, added } = host([])
    const tool = new GridTool(canvas)
    tool.down(pointer(10, 10))
    tool.move(pointer(70, 50))
    expect(tool.draft.points).toHaveLength(6)
    const shown = tool.draft.points
    tool.up(pointer(70, 50))
    expect(added).toEqual([shown])
    expect(tool.draft).toEqual({})
    tool.down(pointer(10, 10))
    tool.move(pointer(70, 50))
    expect(tool.cancel()).toBe(true)
    tool.up(pointer(70, 50))
    expect(added).toHaveLength(1)
  })

  test('the polygon tool closes by Enter, double click or the first corner', () => {
    const { host: canvas, added, said } = host([])
    const tool = new PolygonTool(canvas)
    const click = (x: number, y: number) => tool.up(pointer(x, y))
    const corners = () => [[10, 10], [90, 10], [90, 90], [10, 90]].forEach(([x, y]) => click(x, y))
    const ends = [() => tool.key({ key: 'Enter', shift: false, alt: false }), () => tool.doubleClick(), () => click(10.2, 10.2)]
    for (const end of ends) {
      corners()
      end()
      expect(tool.draft).toEqual({})
    }
    expect(added.map(points => points.length)).toEqual([16, 16, 16])
    click(10, 10)
    // The second click of a double click is no corner.
    click(10, 10)
    click(50, 10)
    tool.doubleClick()
    expect(said.at(-1)).toContain('three corners')
    expect(added).toHaveLength(3)
  })

  test('too many points at once are refused in words', () => {
    const { host: canvas, added, said } = host([])
    const tool = new GridTool({ ...canvas, spacing: 1 })
    tool.key({ key: 'Enter', shift: false, alt: false })
    expect(added).toEqual([])
    expect(said.at(-1)).toContain('19,200 points are too many')
  })
})
