/** What the canvas tells the controls round it. Written by CanvasView alone. */
import { create } from 'zustand'
import type { ErrorRecord } from '../../shared/errors.ts'

export interface CanvasState {
  /** CSS px of a clip px. */
  readonly scale: number
  /** The whole picture is kept in view, also when the window changes. */
  readonly fits: boolean
  /** Why the wanted frame has no picture. */
  readonly problem: ErrorRecord | null
  /** Why the chosen overlay is not there at this frame. */
  readonly overlayProblem: ErrorRecord | null
  /** The wanted frame is on its way. */
  readonly waiting: boolean
  /** A line of the tool at work; null: its usual hint. */
  readonly said: string | null
}

export const useCanvas = create<CanvasState>(() => ({ scale: 1, fits: true, problem: null, overlayProblem: null, waiting: false, said: null }))

/** Only what differs: listeners hear nothing of what stays. */
export function tellCanvas(next: Partial<CanvasState>): void {
  const before = useCanvas.getState()
  const keys = Object.keys(next) as (keyof CanvasState)[]
  if (keys.some(key => before[key] !== next[key])) useCanvas.setState(next)
}
