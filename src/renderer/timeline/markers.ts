/** Markers and the range, changed. Pure. Not here: drawing them (RulerItems.tsx), storing markers (the server). */
import type { Marker } from '../../shared/studio/document.ts'
import type { FrameRange } from '../state/viewStore.ts'

export function withMarkerToggled(markers: readonly Marker[], frame: number): readonly Marker[] {
  const others = markers.filter(marker => marker.frame !== frame)
  return others.length < markers.length ? others : withMarkerText(markers, frame, '')
}

export function withMarkerText(markers: readonly Marker[], frame: number, text: string): readonly Marker[] {
  return [...markers.filter(marker => marker.frame !== frame), { frame, text }].sort((a, b) => a.frame - b.frame)
}

/** The range with one end at `frame`; an end that the other would lie beyond takes it along. */
export function rangeWith(range: FrameRange | null, end: 'first' | 'last', frame: number, frames: number): FrameRange {
  if (end === 'first') return { first: frame, last: Math.max(frame, range?.last ?? frames - 1) }
  return { first: Math.min(frame, range?.first ?? 0), last: frame }
}
