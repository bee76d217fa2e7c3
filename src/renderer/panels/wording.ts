/** Numbers and states as the panels say them: counts, times, states of a frame. Pure. Not here: layout. */
import type { LabelKind } from '../../shared/projectRecords.ts'
import { TrackState } from '../../shared/tracks.ts'

const whole = new Intl.NumberFormat('en')

/** '1 track', '2,000 tracks'. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${whole.format(n)} ${n === 1 ? one : many}`
}

export const inThousands = (n: number): string => whole.format(n)

/** A length of time as a person says it: '40 s', '3 min 20 s', '4 h 10 min'. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return `${s} s`
  const minutes = Math.floor(s / 60)
  if (minutes < 10) return s % 60 ? `${minutes} min ${s % 60} s` : `${minutes} min`
  if (minutes < 60) return `${Math.round(s / 60)} min`
  const hours = Math.floor(s / 3600)
  const rest = Math.round((s % 3600) / 60)
  return rest === 60 ? `${hours + 1} h` : rest ? `${hours} h ${rest} min` : `${hours} h`
}

/** Share 0..1 as a whole percentage; only what is whole says 100 %, only what is nothing 0 %. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %'
  return `${share < 1 ? Math.min(99, Math.round(share * 100)) : 100} %`
}

/** A score 0..1 as people compare it: '78.4'; a dash where there is none. */
export const score = (value: number): string => (Number.isFinite(value) ? (value * 100).toFixed(1) : '–')

export const pixels = (px: number): string => (Number.isFinite(px) ? `${px < 100 ? px.toFixed(1) : px.toFixed(0)} px` : '–')

export const stateWords: Readonly<Record<TrackState, string>> = {
  [TrackState.visible]: 'visible',
  [TrackState.occluded]: 'occluded',
  [TrackState.outOfFrame]: 'out of frame',
  [TrackState.unlabelled]: 'unlabelled',
}

export const labelWords: Readonly<Record<LabelKind, string>> = { visible: 'Visible', occluded: 'Occluded', outOfFrame: 'Out of frame' }

/** Frames first..last, both included. */
export const frameSpan = (first: number, last: number): string => (first === last ? `${first}` : `${first}–${last}`)
