/** The page of the selected track, or of several. Composition only. */
import type { PathSource } from '../../../shared/studio/document.ts'
import { shownOf, useDocument } from '../../state/documentStore.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { useKeyHint } from '../useKeyHint.ts'
import { Fact, Facts, Section } from '../Section.tsx'
import { percent, pixels } from '../wording.ts'
import { FrameState } from './FrameState.tsx'
import { KeyframeList } from './KeyframeList.tsx'
import { LabelList } from './LabelList.tsx'
import { ManyTracks } from './ManyTracks.tsx'
import { TrackActions } from './TrackActions.tsx'
import { TrackIdentity } from './TrackIdentity.tsx'

const sourceWords: Readonly<Record<PathSource, string>> = {
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
      <TrackActions />
    </div>
  )
}
