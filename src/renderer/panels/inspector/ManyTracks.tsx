/** What several selected tracks have in common, and what can be done with all of them at once. */
import { useState } from 'react'
import { labelKinds } from '../../../shared/projectRecords.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { Button } from '../../chrome/Button.tsx'
import { applyGesture } from '../../state/session.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { ColourPopover } from '../ColourPopover.tsx'
import { Fact, Facts, Section } from '../Section.tsx'
import { changeTracks } from '../trackCommands.ts'
import { count, inThousands, labelWords, percent, stateWords } from '../wording.ts'
import { TrackActions } from './TrackActions.tsx'

const stateOrder = [TrackState.visible, TrackState.occluded, TrackState.outOfFrame, TrackState.unlabelled]

export function ManyTracks({ tracks }: { readonly tracks: readonly ShownTrack[] }) {
  const frame = useView(view => view.frame)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const keys = tracks.map(({ record }) => record.key)
  const [{ record: first }] = tracks
  const inState = (state: TrackState) => tracks.filter(({ states }) => states[frame] === state).length
  const allHidden = tracks.every(({ record }) => record.hidden)
  const allLocked = tracks.every(({ record }) => record.locked)
  const label = (kind: (typeof labelKinds)[number] | null) =>
    void applyGesture({ kind: 'setLabels', spans: keys.map(key => ({ key, first: frame, last: frame })), label: kind })

  return (
    <div className="panel-page">
      <Section title={`${count(tracks.length, 'track')} selected`}>
        <div className="identity-row">
          <button type="button" className="swatch large" aria-label="Colour of the selected tracks" style={{ background: first.colour }} onClick={event => setAnchor(event.currentTarget)} />
          <Button onClick={() => void changeTracks(keys, { hidden: !allHidden })}>{allHidden ? 'Show' : 'Hide'}</Button>
          <Button onClick={() => void changeTracks(keys, { locked: !allLocked })}>{allLocked ? 'Unlock' : 'Lock'}</Button>
        </div>
        <Facts>
          <Fact name="Keyframes">{inThousands(tracks.reduce((sum, { nodes }) => sum + nodes.length, 0))}</Fact>
          <Fact name="Provisional">{inThousands(tracks.filter(({ provisional }) => provisional).length)}</Fact>
          <Fact name="Labelled">{percent(tracks.reduce((sum, { labelled }) => sum + labelled, 0) / tracks.length)} of the frames</Fact>
          <Fact name="Merge into">{first.name}</Fact>
        </Facts>
      </Section>
      <Section title={`Frame ${frame}`}>
        <Facts>
          {stateOrder.filter(inState).map(state => (
            <Fact key={state} name={stateWords[state]}>
              {inThousands(inState(state))}
            </Fact>
          ))}
        </Facts>
        <div className="segments" role="group" aria-label="State in this frame">
          {labelKinds.map(kind => (
            <Button key={kind} onClick={() => label(kind)}>
              {labelWords[kind]}
            </Button>
          ))}
          <Button kind="quiet" onClick={() => label(null)}>
            Clear
          </Button>
        </div>
      </Section>
      <TrackActions />
      {anchor && <ColourPopover anchor={anchor} colour={first.colour} onChoose={colour => void changeTracks(keys, { colour })} onClose={() => setAnchor(null)} />}
    </div>
  )
}
