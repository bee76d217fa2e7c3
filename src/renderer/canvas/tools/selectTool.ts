/**
 * Selecting and correcting: a click selects, Shift adds, an empty drag is a rubber band, dragging a point moves all selected ones and bends
 * their paths; Alt with the arrow keys nudges. Release is one gesture, Esc goes back to the mark.
 */
import { bendPath } from '../../../pipeline/edits/bendPath.ts'
import type { Keyframe } from '../../../shared/projectRecords.ts'
import { isThere, type DrawnTrack } from '../drawnTracks.ts'
import { tracksIn } from '../hitTest.ts'
import type { Point } from '../viewport.ts'
import { arrowStep, movedBeyondClick, type CanvasTool, type Draft, type ToolHost, type ToolKey, type ToolPointer } from './tool.ts'

type Item = Keyframe & { readonly key: number }

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pressed'; readonly key: number | null; readonly from: ToolPointer }
  | { readonly kind: 'band'; readonly from: ToolPointer; readonly to: Point }
  /** `by`: how far from where the points were, clip px. */
  | { readonly kind: 'dragging'; readonly from: ToolPointer; readonly frame: number; readonly tracks: readonly DrawnTrack[]; readonly by: Point }
  | { readonly kind: 'nudging'; readonly frame: number; readonly tracks: readonly DrawnTrack[]; readonly by: Point }
  /** Moved, and waiting for the change to arrive: the draft stays, so that nothing jumps back. */
  | { readonly kind: 'landing'; readonly bent: ReadonlyMap<number, Float32Array> }

const idle: State = { kind: 'idle' }

export class SelectTool implements CanvasTool {
  readonly cursor = 'default'
  readonly #host: ToolHost
  #state: State = idle
  #draft: Draft = {}

  constructor(host: ToolHost) {
    this.#host = host
  }

  get draft(): Draft {
    return this.#draft
  }

  down(pointer: ToolPointer): void {
    this.#settle()
    const key = this.#host.trackAt(pointer.screen)
    if (key !== null) {
      if (pointer.shift) this.#host.select([key], 'toggle')
      else if (!this.#host.selection.has(key)) this.#host.select([key], 'replace')
    }
    this.#go({ kind: 'pressed', key, from: pointer })
  }

  move(pointer: ToolPointer): void {
    const state = this.#state
    if (state.kind === 'pressed' && movedBeyondClick(state.from.screen, pointer.screen)) {
      if (state.key === null) this.#go({ kind: 'band', from: state.from, to: pointer })
      else this.#startDrag(state.from, pointer, state.key)
    } else if (state.kind === 'band') this.#go({ ...state, to: pointer })
    else if (state.kind === 'dragging') this.#go({ ...state, by: { x: pointer.x - state.from.x, y: pointer.y - state.from.y } })
  }

  up(pointer: ToolPointer): void {
    this.move(pointer)
    const state = this.#state
    if (state.kind === 'pressed') {
      // The press has added to the selection; a click without Shift leaves this one alone.
      if (state.key === null && !pointer.shift) this.#host.select([], 'replace')
      else if (state.key !== null && !pointer.shift) this.#host.select([state.key], 'replace')
    }
    if (state.kind === 'band') {
      const { tracks, frame, clip } = this.#host
      this.#host.select(tracksIn(tracks, frame, clip, state.from, state.to), pointer.shift ? 'add' : 'replace')
    }
    if (state.kind === 'dragging') return this.#commit(state)
    this.#go(idle)
  }

  key({ key, shift, alt }: ToolKey): boolean {
    const step = arrowStep(key)
    if (!step || !alt || this.#state.kind === 'dragging') return false
    const size = shift ? 0.1 : 1
    const before = this.#state.kind === 'nudging' ? this.#state : null
    const tracks = before?.tracks ?? this.#movable()
    if (!tracks.length) return false
    const by = { x: (before?.by.x ?? 0) + step.x * size, y: (before?.by.y ?? 0) + step.y * size }
    this.#go({ kind: 'nudging', frame: before?.frame ?? this.#host.frame, tracks, by })
    return true
  }

  /** Many nudges with Alt held are one step of undo. */
  keyUp(key: string): void {
    if (key === 'Alt') this.#settle()
  }

  frameChanged(): void {
    if (this.#state.kind === 'nudging') this.#settle()
    else if (this.#state.kind === 'dragging') this.cancel()
  }

  cancel(): boolean {
    const busy = this.#state.kind === 'dragging' || this.#state.kind === 'nudging' || this.#state.kind === 'band'
    if (busy) this.#go(idle)
    return busy
  }

  #settle(): void {
    if (this.#state.kind === 'nudging') this.#commit(this.#state)
  }

  /** The selected tracks that can be moved at the frame on show. */
  #movable(): DrawnTrack[] {
    const { tracks, selection, frame } = this.#host
    const chosen = tracks.filter(track => selection.has(track.key) && isThere(track, frame))
    const free = chosen.filter(({ record }) => !record.locked)
    if (chosen.length && !free.length) this.#sayLocked(chosen)
    return free
  }

  #sayLocked(tracks: readonly DrawnTrack[]): void {
    this.#host.say(tracks.length === 1 ? `${tracks[0].record.name} is locked. Unlock it to move it.` : 'The selected tracks are locked. Unlock them to move them.')
  }

  #startDrag(from: ToolPointer, to: ToolPointer, key: number): void {
    const held = this.#host.tracks.find(track => track.key === key)
    if (held?.record.locked) {
      this.#sayLocked([held])
      return this.#go(idle)
    }
    const tracks = this.#movable()
    if (!tracks.length) return this.#go(idle)
    this.#go({ kind: 'dragging', from, frame: this.#host.frame, tracks, by: { x: to.x - from.x, y: to.y - from.y } })
  }

  #commit({ frame, tracks, by }: { readonly frame: number; readonly tracks: readonly DrawnTrack[]; readonly by: Point }): void {
    if (by.x === 0 && by.y === 0) return this.#go(idle)
    const landing: State = { kind: 'landing', bent: bentPaths(tracks, frame, by) }
    this.#go(landing)
    const items: Item[] = tracks.map(track => ({ key: track.key, ...movedNode(track, frame, by) }))
    void this.#host.apply({ kind: 'setKeyframes', items }).finally(() => {
      if (this.#state === landing) this.#go(idle)
    })
  }

  #go(state: State): void {
    this.#state = state
    this.#draft = draftOf(state)
    this.#host.changed()
  }
}

/** A human node keeps its own exact position to go from; a predicted one has but float32. */
function movedNode(track: DrawnTrack, frame: number, by: Point): Keyframe {
  const node = track.nodes.find(node => node.frame === frame)
  return { frame, x: (node?.x ?? track.positions[2 * frame]) + by.x, y: (node?.y ?? track.positions[2 * frame + 1]) + by.y }
}

function bentPaths(tracks: readonly DrawnTrack[], frame: number, by: Point): Map<number, Float32Array> {
  return new Map(tracks.map(track => [track.key, bendPath(track.positions, track.states.length, track.nodes, movedNode(track, frame, by))]))
}

function draftOf(state: State): Draft {
  switch (state.kind) {
    case 'band':
      return { band: [state.from, state.to] }
    case 'dragging':
    case 'nudging':
      return { bent: bentPaths(state.tracks, state.frame, state.by) }
    case 'landing':
      return { bent: state.bent }
    default:
      return {}
  }
}
