/** The tracks of the open video as a list: search, filter, sort, selection; only the rows in view are in the page. Composition and keys. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ContextMenu } from '../chrome/Menu.tsx'
import { allShown, useDocument } from '../state/documentStore.ts'
import { mainSelection, useView } from '../state/viewStore.ts'
import { BulkActions } from './BulkActions.tsx'
import { ColourPopover } from './ColourPopover.tsx'
import { clickRow, rowBeside } from './rowSelection.ts'
import { scoresOf, useReview } from './reviewStore.ts'
import { changeTracks, registerTrackCommands } from './trackCommands.ts'
import { TrackListHead } from './TrackListHead.tsx'
import { TrackListEmpty } from './TrackListEmpty.tsx'
import { trackMenu } from './trackMenu.ts'
import { useTrackList } from './trackListStore.ts'
import { listedTracks } from './trackOrder.ts'
import { rowId, TrackRow } from './TrackRow.tsx'
import './trackList.css'

const ROW_PX = 26
const noTracks: never[] = []

export function TrackList() {
  const document = useDocument(state => state.document)
  const { search, filter, sort, reversed, renaming } = useTrackList()
  // The frame decides about rows only where a filter looks at it.
  const frame = useView(view => (filter === 'occluded' ? view.frame : 0))
  const selection = useView(view => view.selection)
  const scores = useReview(review => scoresOf(sort === 'review' ? review.metrics : null))
  useEffect(registerTrackCommands, [])
  const { tracks, order } = document ?? {}
  // Everything else of the document may change without a row changing.
  // oxlint-disable-next-line react/exhaustive-deps
  const all = useMemo(() => (document ? allShown(document) : noTracks), [tracks, order])
  const rows = useMemo(() => listedTracks(all, { search, filter, sort, reversed }, frame, scores), [all, search, filter, sort, reversed, frame, scores])

  return (
    <section className="track-list" aria-label="Tracks">
      <TrackListHead shown={rows.length} total={all.length} />
      {rows.length > 0 ? <Rows rows={rows} selection={selection} renaming={renaming} /> : <TrackListEmpty hasVideo={document !== null} hasTracks={all.length > 0} />}
      <BulkActions />
    </section>
  )
}

interface RowsProps {
  readonly rows: ReturnType<typeof allShown>
  readonly selection: ReadonlySet<number>
  readonly renaming: number | null
}

function Rows({ rows, selection, renaming }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [swatch, setSwatch] = useState<{ readonly key: number; readonly anchor: HTMLElement } | null>(null)
  const openSwatch = useCallback((key: number, anchor: HTMLElement) => setSwatch({ key, anchor }), [])
  const keys = useMemo(() => rows.map(({ record }) => record.key), [rows])
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 8 })
  const main = mainSelection(selection)

  // What is selected elsewhere, or being renamed, comes into view here.
  useEffect(() => {
    const at = keys.indexOf(renaming ?? main ?? -1)
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
    // A change of the list alone must not move it under the hand.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [main, renaming])

  const choose = (key: number, shift: boolean, toggle: boolean) => {
    const next = clickRow({ selection: useView.getState().selection, anchor: useTrackList.getState().anchor }, keys, key, { shift, toggle })
    useView.setState({ selection: next.selection })
    useTrackList.setState({ anchor: next.anchor })
  }
  const keyOf = (target: EventTarget | null): number | null => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null
    return row ? Number(row.dataset.key) : null
  }
  const step = (by: number, extend: boolean) => {
    const next = rowBeside(keys, main, by)
    if (next !== null) choose(next, extend, false)
  }
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1)
  const onKeyDown = (event: React.KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page(), PageUp: -page() }
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation()
    step(steps[event.key], event.shiftKey)
  }
  const swatched = swatch && rows.find(({ record }) => record.key === swatch.key)

  return (
    <>
      <ContextMenu label="Track" entries={at => {
        const key = keyOf(window.document.elementFromPoint(at.x, at.y)) ?? main
        if (key === null) return []
        if (!selection.has(key)) choose(key, false, false)
        return trackMenu()
      }}>
        <div ref={scroller} className="track-rows" role="grid" aria-label="List of tracks" aria-multiselectable aria-rowcount={rows.length} tabIndex={0}
          aria-activedescendant={main === null ? undefined : rowId(main)} onKeyDown={onKeyDown}
          onClick={event => {
            const key = keyOf(event.target)
            if (key !== null && !(event.target as Element).closest('button, input')) choose(key, event.shiftKey, event.ctrlKey || event.metaKey)
          }}
          onDoubleClick={event => {
            if ((event.target as Element).closest('.name')) useTrackList.setState({ renaming: keyOf(event.target) })
          }}>
          <div className="track-rows-all" role="presentation" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const track = rows[index]
              const { key } = track.record
              return <TrackRow key={key} track={track} index={index} top={start} selected={selection.has(key)} renaming={renaming === key} onSwatch={openSwatch} />
            })}
          </div>
        </div>
      </ContextMenu>
      {swatched && (
        <ColourPopover key={swatched.record.key} anchor={swatch.anchor} colour={swatched.record.colour} onClose={() => setSwatch(null)}
          onChoose={colour => void changeTracks(selection.has(swatched.record.key) ? [...selection] : [swatched.record.key], { colour })} />
      )}
    </>
  )
}
