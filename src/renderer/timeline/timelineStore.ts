/**
 * What part of the timeline is in view, and what is being dragged on it. Nothing of it outlives the window. Not here: frame, selection and
 * range (viewStore.ts), drawing (TimelineView.ts).
 */
import { create } from 'zustand'
import { currentDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import type { LaneSelection } from '../state/viewStore.ts'
import type { LabelEdge } from './labelEdges.ts'
import { type TimeAxis, centreOf, fitted, following, zoomedAt } from './timeAxis.ts'

export interface TimelineState {
  readonly axis: TimeAxis
  /** Every frame is in view, and stays so when the window changes. */
  readonly isFitted: boolean
  /** Lanes: how far they are scrolled, and how much of them is in view, px. */
  readonly topPx: number
  readonly heightPx: number
  /** Keys of the tracks that have lanes, from the top. */
  readonly lanes: readonly number[]
  /** The marquee while it is being drawn. */
  readonly marquee: LaneSelection | null
  readonly edge: { readonly edge: LabelEdge; readonly frame: number } | null
  /** Marker that is being named. */
  readonly naming: number | null
}

export const useTimeline = create<TimelineState>(() => ({
  axis: { frames: 1, pxPerFrame: 1, leftPx: 0, widthPx: 0 },
  isFitted: true,
  topPx: 0,
  heightPx: 0,
  lanes: [],
  marquee: null,
  edge: null,
  naming: null,
}))

export function setAxis(axis: TimeAxis): void {
  const isFitted = axis.pxPerFrame <= fitted(axis).pxPerFrame * (1 + 1e-9)
  useTimeline.setState({ axis: isFitted ? fitted(axis) : axis, isFitted })
}

export function fitTimeline(): void {
  setAxis(fitted(useTimeline.getState().axis))
}

/** Zooms at x, or else at the play head where it is in view, or at the middle. */
export function zoomTimeline(factor: number, x?: number): void {
  const { axis } = useTimeline.getState()
  const head = centreOf(axis, useView.getState().frame)
  setAxis(zoomedAt(axis, factor, x ?? (head >= 0 && head <= axis.widthPx ? head : axis.widthPx / 2)))
}

/** Scrolls the frame into view. */
export function followFrame(frame: number, playing: boolean): void {
  const { axis } = useTimeline.getState()
  const next = following(axis, frame, playing)
  if (next !== axis) setAxis(next)
}

/** The view is so wide now, or the video so long. */
export function resizeTimeline(widthPx: number): void {
  const { axis, isFitted } = useTimeline.getState()
  const frames = currentDocument()?.record.frameCount ?? 1
  if (axis.widthPx === widthPx && axis.frames === frames) return
  const next = { ...axis, widthPx, frames }
  setAxis(isFitted || axis.frames !== frames ? fitted(next) : zoomedAt(next, 1, 0))
}
