/** The page of the selected track, or of several. Composition only. */
import { Copy, GitMerge, Scissors, Trash2 } from 'lucide-react'
import type { CommandId } from '../../../shared/commands.ts'
import type { PathSource } from '../../../shared/studio/document.ts'
import { Button } from '../../chrome/Button.tsx'
import { isEnabled, runCommand, useRegistrations } from '../../commands/registry.ts'
import { shownOf, useDocument } from '../../state/documentStore.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { useKeyHint } from '../useKeyHint.ts'
import { Fact, Facts, Section } from '../Section.tsx'
import { count, percent, pixels } from '../wording.ts'
import { FrameState } from './FrameState.tsx'
import { KeyframeList } from './KeyframeList.tsx'
import { LabelList } from './LabelList.tsx'
import { ManyTracks } from './ManyTracks.tsx'
import { TrackIdentity } from './TrackIdentity.tsx'

export const sourceWords: Readonly<Record<PathSource, string>> = {
  flow: 'Flow (provisional)',
  field: 'Fitted field',
  repaired: 'Repaired between keyframes',
  imported: 'Imported file',
  accepted: 'Accepted from a reference',
}

export function TrackPage() {
  const document = useDocument(state => state.document)!
  const selection = useView(view => view.selection)
  const selected = [...selection].flatMap(key => shownOf(document, key) ?? [])
  if (selected.length === 0) return <NothingSelected />
  return selected.length === 1 ? <OneTrack track={selected[0]} /> : <ManyTracks tracks={selected} />
}

function NothingSelected() {
  const keys = useKeyHint()
  return (
    <div className="panel-page panel-empty secondary">
      <p>Select a track in the picture, the list or the timeline to see and change it here.</p>
      <p>
        <kbd>{keys('tool.point')}</kbd> adds a point, <kbd>{keys('track.next')}</kbd> goes to the next track.
      </p>
    </div>
  )
}

function OneTrack({ track }: { readonly track: ShownTrack }) {
  const { record } = track
  const source = useDocument(state => state.document?.tracks.get(record.key)?.path?.source)
  return (
    <div className="panel-page" key={record.key}>
      <TrackIdentity track={track} />
      <FrameState track={track} />
      <KeyframeList track={track} />
      <LabelList track={track} />
      <Section title="Facts">
        <Facts>
          <Fact name="Path from">{source ? sourceWords[source] : 'Nothing yet'}</Fact>
          <Fact name="Doubt">{track.doubt ? `${pixels(track.doubt)} in the median` : 'not known'}</Fact>
          <Fact name="Labelled">{percent(track.labelled)} of the frames</Fact>
          <Fact name="Query">
            <button type="button" className="link" onClick={() => useView.setState({ frame: record.query.frame })}>
              frame {record.query.frame}
            </button>{' '}
            at {record.query.x.toFixed(2)}, {record.query.y.toFixed(2)}
          </Fact>
          <Fact name="Id">
            <span className="selectable">{record.id}</span>
          </Fact>
        </Facts>
      </Section>
      <Actions />
    </div>
  )
}

/** Whole-track actions; words and doing are those of the commands. */
export function Actions() {
  // Drawn anew as parts register and as the frame decides what can be done.
  useRegistrations()
  useView(view => view.frame > 0)
  const keys = useKeyHint()
  const button = (id: CommandId, words: string, more: Partial<Parameters<typeof Button>[0]> = {}) => (
    <Button disabled={!isEnabled(id)} keys={keys(id)} hint={words} onClick={() => runCommand(id)} {...more}>
      {words}
    </Button>
  )
  return (
    <Section title="Actions">
      <div className="button-grid">
        {button('track.propagate', 'Propagate forward')}
        {button('track.propagateBoth', 'Propagate both')}
        {button('track.split', 'Split here', { icon: Scissors })}
        {button('track.duplicate', 'Duplicate', { icon: Copy })}
        {button('track.merge', 'Merge', { icon: GitMerge, hint: 'Merge into the track selected first; select two or more' })}
        {button('track.delete', 'Delete', { icon: Trash2, kind: 'danger' })}
      </div>
    </Section>
  )
}

export const selectionTitle = (n: number): string => `${count(n, 'track')} selected`
