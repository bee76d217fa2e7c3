/** The commands of whole tracks: delete, merge, split, duplicate, rename, hide, lock, solo, next, previous. Not here: words and keys. */
import type { TrackChange } from '../../shared/studio/gestures.ts'
import { registerCommands } from '../commands/registry.ts'
import { openDialog } from '../state/appStore.ts'
import { currentDocument } from '../state/documentStore.ts'
import { useLayout } from '../state/layoutStore.ts'
import { applyGesture } from '../state/session.ts'
import { mainSelection, select, useView } from '../state/viewStore.ts'
import { rowBeside } from './rowSelection.ts'
import { listedKeys, useTrackList } from './trackListStore.ts'

/** Selected tracks that there are, in the order in which they were selected. */
export function selectedKeys(): number[] {
  const tracks = currentDocument()?.tracks
  return tracks ? [...useView.getState().selection].filter(key => tracks.has(key)) : []
}

const some = (): boolean => selectedKeys().length > 0
const records = () => selectedKeys().map(key => currentDocument()!.tracks.get(key)!.record)

export function changeTracks(keys: readonly number[], change: TrackChange): Promise<unknown> {
  return applyGesture({ kind: 'updateTracks', keys, change })
}

/** Selects what the gesture made, so that the next step works on it. */
async function applyAndSelect(gesture: Parameters<typeof applyGesture>[0]): Promise<void> {
  const result = await applyGesture(gesture)
  const tracks = currentDocument()?.tracks
  const keys = result?.keys.filter(key => tracks?.has(key)) ?? []
  if (keys.length) select(keys)
}

export function mergeInto(into: number, keys: readonly number[]): Promise<void> {
  return applyAndSelect({ kind: 'mergeTracks', into, from: keys.filter(key => key !== into) })
}

function step(by: 1 | -1): void {
  const key = rowBeside(listedKeys(), mainSelection(useView.getState().selection), by)
  if (key === null) return
  select([key])
  useTrackList.setState({ anchor: key })
}

const hasTracks = (): boolean => (currentDocument()?.order.length ?? 0) > 0

/** Registers them until the returned function is called. */
export function registerTrackCommands(): () => void {
  return registerCommands({
    'track.delete': { run: () => openDialog('deleteTracks'), enabled: some },
    'track.merge': {
      // The track selected first takes the others in.
      run: () => mergeInto(selectedKeys()[0], selectedKeys()),
      enabled: () => selectedKeys().length > 1,
    },
    'track.split': {
      run: () => applyAndSelect({ kind: 'splitTrack', key: selectedKeys()[0], frame: useView.getState().frame }),
      enabled: () => selectedKeys().length === 1 && useView.getState().frame > 0,
    },
    'track.duplicate': { run: () => applyAndSelect({ kind: 'duplicateTracks', keys: selectedKeys() }), enabled: some },
    'track.rename': {
      run() {
        // The name is typed in the list, which may be put away.
        useLayout.setState({ panels: true })
        useTrackList.setState({ renaming: mainSelection(new Set(selectedKeys())) })
      },
      enabled: some,
    },
    'track.hide': {
      run: () => changeTracks(selectedKeys(), { hidden: !records().every(record => record.hidden) }),
      enabled: some,
      checked: () => some() && records().every(record => record.hidden),
    },
    'track.lock': {
      run: () => changeTracks(selectedKeys(), { locked: !records().every(record => record.locked) }),
      enabled: some,
      checked: () => some() && records().every(record => record.locked),
    },
    'track.solo': {
      run: () => useView.setState(({ solo }) => ({ solo: !solo })),
      enabled: () => useView.getState().solo || some(),
      checked: () => useView.getState().solo,
    },
    'track.next': { run: () => step(1), enabled: hasTracks },
    'track.previous': { run: () => step(-1), enabled: hasTracks },
  })
}
