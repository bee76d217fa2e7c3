/**
 * What a tool of the canvas is: a state machine fed with the pointer and keys, that shows a draft while it works and ends in one gesture
 * or none. Tools see the canvas through ToolHost, so that tests drive them without one. Not here: the tools.
 */
import type { Gesture } from '../../../shared/studio/gestures.ts'
import type { Size } from '../../../shared/units.ts'
import type { DrawnTrack } from '../drawnTracks.ts'
import type { Point } from '../viewport.ts'

export interface ToolPointer extends Point {
  /** CSS px on the canvas; x and y are clip px. */
  readonly screen: Point
  readonly shift: boolean
}

/** What the active layer draws of a gesture under way; clip px. */
export interface Draft {
  /** Paths of the dragged tracks, by key. */
  readonly bent?: ReadonlyMap<number, Float32Array>
  /** Rubber band or rectangle between two corners. */
  readonly band?: readonly [Point, Point]
  /** Corners so far, the last one under the pointer. */
  readonly polygon?: readonly Point[]
  /** Points that would be added. */
  readonly points?: readonly Point[]
}

export interface ToolHost {
  /** Number of the frame on show. */
  readonly frame: number
  readonly clip: Size
  /** CSS px of a clip px. */
  readonly scale: number
  /** Clip px between points of grids. */
  readonly spacing: number
  readonly tracks: readonly DrawnTrack[]
  readonly selection: ReadonlySet<number>
  trackAt(screen: Point): number | null
  select(keys: Iterable<number>, how: 'replace' | 'add' | 'toggle'): void
  /** Resolves when the change has arrived, or the gesture failed. */
  apply(gesture: Gesture): Promise<unknown>
  /** Adds points at the frame on show; they are drawn as pending until they have arrived. */
  add(points: readonly Point[]): Promise<unknown>
  /** A line for the person, instead of the tool's hint; null: the hint again. */
  say(text: string | null): void
  /** The draft has changed. */
  changed(): void
}

export interface ToolKey {
  readonly key: string
  readonly shift: boolean
  readonly alt: boolean
}

export interface CanvasTool {
  readonly cursor: string
  readonly draft: Draft
  down(pointer: ToolPointer): void
  move(pointer: ToolPointer): void
  up(pointer: ToolPointer): void
  doubleClick?(pointer: ToolPointer): void
  /** True where it was of use. */
  key?(key: ToolKey): boolean
  keyUp?(key: string): void
  /** Another frame is on show. */
  frameChanged?(): void
  /** Back to the mark; false where nothing was under way. */
  cancel(): boolean
}

/** A press that moves less is a click, CSS px. */
export const CLICK_PX = 3

export const movedBeyondClick = (a: Point, b: Point): boolean => Math.hypot(a.x - b.x, a.y - b.y) >= CLICK_PX

/** The way of an arrow key; null for other keys. */
export function arrowStep(key: string): Point | null {
  switch (key) {
    case 'ArrowLeft':
      return { x: -1, y: 0 }
    case 'ArrowRight':
      return { x: 1, y: 0 }
    case 'ArrowUp':
      return { x: 0, y: -1 }
    case 'ArrowDown':
      return { x: 0, y: 1 }
    default:
      return null
  }
}

/** In the clip, or else the nearest place of it. */
export const insideClip = ({ x, y }: Point, { width, height }: Size): boolean => x >= 0 && y >= 0 && x < width && y < height
