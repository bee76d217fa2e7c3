/** What lies on the ruler and can be taken hold of: markers and the ends of the range. Not here: the ruler's marks (drawHead.ts). */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { tip } from '../chrome/tip.ts'
import type { Marker } from '../../shared/studio/document.ts'
import { useDocument } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import { showFrame, useView, type FrameRange } from '../state/viewStore.ts'
import { rangeWith, withMarkerText, withMarkerToggled } from './markers.ts'
import { frameLabel } from './ticks.ts'
import { centreOf, frameAt, xOf } from './timeAxis.ts'
import { useTimeline } from './timelineStore.ts'

const noMarkers: readonly Marker[] = []

export function RulerItems() {
  const range = useView(state => state.range)
  const markers = useDocument(state => state.document?.markers ?? noMarkers)
  return (
    <div className="ruler-items">
      {range && <Range range={range} />}
      {markers.map(marker => (
        <MarkerFlag key={marker.frame} marker={marker} markers={markers} />
      ))}
    </div>
  )
}

function Range({ range }: { range: FrameRange }) {
  const axis = useTimeline(state => state.axis)
  const left = xOf(axis, range.first)
  return (
    <>
      <div className="range-band" style={{ translate: `${left}px`, width: `${xOf(axis, range.last + 1) - left}px` }} />
      <RangeEnd end="first" range={range} x={left} />
      <RangeEnd end="last" range={range} x={xOf(axis, range.last + 1)} />
    </>
  )
}

function RangeEnd({ end, range, x }: { end: 'first' | 'last'; range: FrameRange; x: number }) {
  const axis = useTimeline(state => state.axis)
  const move = (frame: number) => {
    const inside = Math.max(0, Math.min(axis.frames - 1, frame))
    // An end stops at the other: it never pushes it.
    const next = end === 'first' ? Math.min(inside, range.last) : Math.max(inside, range.first)
    if (next !== range[end]) useView.setState({ range: rangeWith(range, end, next, axis.frames) })
  }
  const onMove = (event: PointerEvent<HTMLElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const left = event.currentTarget.parentElement!.getBoundingClientRect().left
    const half = axis.pxPerFrame / 2
    move(frameAt(axis, event.clientX - left + (end === 'first' ? half : -half)))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    move(range[end] + step * (event.shiftKey ? 10 : 1))
  }
  return (
    <div
      className={`range-end ${end}`}
      role="slider"
      tabIndex={0}
      aria-label={end === 'first' ? 'Range start' : 'Range end'}
      aria-valuemin={0}
      aria-valuemax={axis.frames - 1}
      aria-valuenow={range[end]}
      style={{ translate: `${x}px` }}
      onPointerDown={event => event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onMove}
      onKeyDown={onKey}
    />
  )
}

function MarkerFlag({ marker, markers }: { marker: Marker; markers: readonly Marker[] }) {
  const axis = useTimeline(state => state.axis)
  const naming = useTimeline(state => state.naming)
  const isTakenBack = useRef(false)
  const { frame, text } = marker
  const x = centreOf(axis, frame)
  if (x < -200 || x > axis.widthPx + 10) return null
  const stop = () => useTimeline.setState({ naming: null })

  if (naming === frame) {
    return (
      <input
        className="input marker-name"
        aria-label={`Name of the marker at frame ${frameLabel(frame)}`}
        defaultValue={text}
        // It was asked for by a double click.
        autoFocus
        style={{ translate: `${Math.min(x, axis.widthPx - 164)}px` }}
        onFocus={event => event.currentTarget.select()}
        onKeyDown={event => {
          if (event.key !== 'Enter' && event.key !== 'Escape') return
          event.stopPropagation()
          isTakenBack.current = event.key === 'Escape'
          event.currentTarget.blur()
        }}
        onBlur={event => {
          const next = event.currentTarget.value.trim()
          stop()
          if (!isTakenBack.current && next !== text) void applyGesture({ kind: 'setMarkers', markers: withMarkerText(markers, frame, next) })
          isTakenBack.current = false
        }}
      />
    )
  }
  return (
    <button
      type="button"
      className="marker"
      aria-label={`Marker at frame ${frameLabel(frame)}${text && `: ${text}`}`}
      {...tip(text || `Frame ${frameLabel(frame)}`, 'double click names it')}
      style={{ translate: `${x}px` }}
      onClick={() => showFrame(frame, axis.frames)}
      onDoubleClick={() => useTimeline.setState({ naming: frame })}
      onKeyDown={event => {
        if (event.key === 'F2') useTimeline.setState({ naming: frame })
        else if (event.key === 'Delete') void applyGesture({ kind: 'setMarkers', markers: withMarkerToggled(markers, frame) })
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <span className="marker-flag" aria-hidden />
      {text}
    </button>
  )
}
