/**
 * How the studio looks at the open video right now: frame, playback, selection, tool, ways of showing. Nothing here is saved with the
 * project; lasting ways of showing are kept with the user's settings (persistView.ts). Not here: the tracks (documentStore.ts).
 */
import { create } from 'zustand'

export type Tool = 'select' | 'point' | 'grid' | 'polygon'
export type Overlay = 'none' | 'flow' | 'depth' | 'cycle'
export type InspectorPage = 'track' | 'fit' | 'review' | 'info'

/** Frames first..last, both included. */
export interface FrameRange {
  readonly first: number
  readonly last: number
}

/** A marquee over lanes × frames. */
export interface LaneSelection extends FrameRange {
  readonly keys: readonly number[]
}

/** Ways of showing that last. */
export interface LastingView {
  readonly trails: boolean
  readonly trailPast: number
  readonly trailFuture: number
  readonly names: boolean
  readonly uncertainty: boolean
  readonly onion: boolean
  readonly loupe: boolean
  readonly hoverPreview: boolean
  readonly pointSize: number
  readonly gridSpacing: number
  readonly overlayOpacity: number
  /** Memory for decoded frames, MB. */
  readonly frameCacheMb: number
}

export interface ViewState extends LastingView {
  readonly frame: number
  readonly playing: boolean
  /** 0.1 to 4 times the video's own speed. */
  readonly speed: number
  readonly loop: boolean
  /** What play and loop keep to; null: the whole video. */
  readonly range: FrameRange | null
  readonly selection: ReadonlySet<number>
  readonly laneSelection: LaneSelection | null
  readonly hovered: number | null
  /** Only selected tracks are shown. */
  readonly solo: boolean
  readonly tool: Tool
  readonly follow: boolean
  readonly overlay: Overlay
  /** 0 is unchanged; -1 to 1. */
  readonly brightness: number
  readonly contrast: number
  /** 1 is unchanged; 0.2 to 5. */
  readonly gamma: number
  /** Reference drawn against ours; null: none. */
  readonly reference: number | null
  readonly inspector: InspectorPage
  /** Mouse over the picture, raster pixels of the clip; null outside. */
  readonly pointer: { readonly x: number; readonly y: number } | null
}

export const defaultLasting: LastingView = {
  trails: true,
  trailPast: 20,
  trailFuture: 10,
  names: false,
  uncertainty: true,
  onion: false,
  loupe: false,
  hoverPreview: true,
  pointSize: 1,
  gridSpacing: 32,
  overlayOpacity: 0.6,
  frameCacheMb: 512,
}

const defaults: ViewState = {
  ...defaultLasting,
  frame: 0,
  playing: false,
  speed: 1,
  loop: true,
  range: null,
  selection: new Set(),
  laneSelection: null,
  hovered: null,
  solo: false,
  tool: 'select',
  follow: false,
  overlay: 'none',
  brightness: 0,
  contrast: 0,
  gamma: 1,
  reference: null,
  inspector: 'track',
  pointer: null,
}

/** React components use it as a hook; everything else through getState, setState and subscribe. */
export const useView = create<ViewState>(() => defaults)

/** Another video is shown: frame, selection and the like start over; ways of showing stay. */
export function resetView(): void {
  const { frame, playing, range, selection, laneSelection, hovered, solo, follow, overlay, reference, pointer } = defaults
  useView.setState({ frame, playing, range, selection, laneSelection, hovered, solo, follow, overlay, reference, pointer })
}

/** Goes to a frame of a video of `frameCount` frames; others are brought to the nearest. */
export function showFrame(frame: number, frameCount: number): void {
  const inside = Math.max(0, Math.min(frameCount - 1, Math.round(frame)))
  if (inside !== useView.getState().frame) useView.setState({ frame: inside })
}

/** replace: these alone; add: these too; toggle: each the other way. */
export function select(keys: Iterable<number>, how: 'replace' | 'add' | 'toggle' = 'replace'): void {
  const next = new Set(how === 'replace' ? [] : useView.getState().selection)
  for (const key of keys) {
    if (how === 'toggle' && next.has(key)) next.delete(key)
    else next.add(key)
  }
  useView.setState({ selection: next })
}

/** The selected track where exactly one, or else the one selected last; null where there is none. */
export function mainSelection(selection: ReadonlySet<number>): number | null {
  let last: number | null = null
  for (const key of selection) last = key
  return last
}
