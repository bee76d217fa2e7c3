/** The commands that jump through time, and those of range and markers. Not here: stepping and playing (canvas), words and keys. */
import { registerCommands } from '../commands/registry.ts'
import { openDialog } from '../state/appStore.ts'
import { type OpenDocument, currentDocument, shownOf, visibleTracks } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import type { ShownTrack } from '../state/shownTrack.ts'
import { mainSelection, select, showFrame, useView } from '../state/viewStore.ts'
import { bisection, doubtJump, extent, keyframeJump } from './jumps.ts'
import { rangeWith, withMarkerToggled } from './markers.ts'

const isOpen = (): boolean => currentDocument() !== null

/** The selected tracks; all that are shown where none is selected. */
function concerned(document: OpenDocument): ShownTrack[] {
  const view = useView.getState()
  const selected = [...view.selection].flatMap(key => shownOf(document, key) ?? [])
  return selected.length ? selected : visibleTracks(document, view)
}

/** The track selected last. */
function mainTrack(): ShownTrack | undefined {
  const document = currentDocument()
  const key = mainSelection(useView.getState().selection)
  return document && key !== null ? shownOf(document, key) : undefined
}

/** Goes where `find` says; nothing happens where it finds no frame. */
function jump(find: (document: OpenDocument, frame: number) => number | null): void {
  const document = currentDocument()
  const frame = document && find(document, useView.getState().frame)
  if (document && frame !== null) showFrame(frame, document.record.frameCount)
}

/** First or last frame of the track; of the video where none is selected, or where it stands there already. */
function jumpToEnd(end: 'first' | 'last'): void {
  jump((document, frame) => {
    const video = end === 'first' ? 0 : document.record.frameCount - 1
    const track = mainTrack()
    const found = track && extent(track)?.[end]
    return found === undefined || found === frame ? video : found
  })
}

function jumpToDoubt(direction: 'next' | 'previous'): void {
  const document = currentDocument()
  const view = useView.getState()
  const found = document && doubtJump(concerned(document), view.frame, direction)
  if (!document || !found) return
  // Looking through all tracks: the one in doubt is the one to look at.
  if (view.selection.size === 0) select([found.key])
  showFrame(found.frame, document.record.frameCount)
}

function setRange(end: 'first' | 'last'): void {
  const document = currentDocument()
  if (document) useView.setState(({ range, frame }) => ({ range: rangeWith(range, end, frame, document.record.frameCount) }))
}

/** Registers them until the returned function is called. */
export function registerPlaybackCommands(): () => void {
  return registerCommands({
    'frame.first': { run: () => jumpToEnd('first'), enabled: isOpen },
    'frame.last': { run: () => jumpToEnd('last'), enabled: isOpen },
    'frame.goto': { run: () => openDialog('gotoFrame'), enabled: isOpen },
    'keyframe.next': { run: () => jump((document, frame) => keyframeJump(concerned(document), frame, 'next')), enabled: isOpen },
    'keyframe.previous': { run: () => jump((document, frame) => keyframeJump(concerned(document), frame, 'previous')), enabled: isOpen },
    'keyframe.bisect': {
      run: () => jump((document, frame) => bisection(mainTrack()!, frame, document.record.frameCount)),
      enabled: () => mainTrack() !== undefined,
    },
    'doubt.next': { run: () => jumpToDoubt('next'), enabled: isOpen },
    'doubt.previous': { run: () => jumpToDoubt('previous'), enabled: isOpen },
    'range.start': { run: () => setRange('first'), enabled: isOpen },
    'range.end': { run: () => setRange('last'), enabled: isOpen },
    'range.clear': { run: () => useView.setState({ range: null }), enabled: () => useView.getState().range !== null },
    'marker.toggle': {
      run: () => {
        const document = currentDocument()
        return document ? applyGesture({ kind: 'setMarkers', markers: withMarkerToggled(document.markers, useView.getState().frame) }) : undefined
      },
      enabled: isOpen,
      checked: () => currentDocument()?.markers.some(({ frame }) => frame === useView.getState().frame) ?? false,
    },
  })
}
