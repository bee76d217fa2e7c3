/** The selected track in the frame shown: where it is, what it is, how sure that is; position and state can be set. */
import { labelAt } from '../../../pipeline/edits/labelRanges.ts'
import { labelKinds, type Keyframe } from '../../../shared/projectRecords.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { Button } from '../../chrome/Button.tsx'
import { applyGesture } from '../../state/session.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { StateSign } from '../StateSign.tsx'
import { labelWords, pixels, stateWords } from '../wording.ts'
import { PositionField } from './PositionField.tsx'

/** Where the track is in a frame: a person's place to the bit, a predicted one as it is drawn. */
export function placeAt({ nodes, positions }: Pick<ShownTrack, 'nodes' | 'positions'>, frame: number): Keyframe {
  return nodes.find(node => node.frame === frame) ?? { frame, x: positions[2 * frame], y: positions[2 * frame + 1] }
}

export function FrameState({ track }: { readonly track: ShownTrack }) {
  const frame = useView(view => view.frame)
  const { key, locked } = track.record
  const state = track.states[frame] as TrackState
  const place = placeAt(track, frame)
  const isKeyframe = track.nodes.includes(place)
  const isPlaced = state !== TrackState.unlabelled || isKeyframe
  const label = labelAt(track.labels, frame)
  const sigma = track.uncertainty[frame]
  const move = (change: Partial<Keyframe>) => void applyGesture({ kind: 'setKeyframes', items: [{ key, ...place, ...change }] })
  const setLabel = (kind: typeof label) => void applyGesture({ kind: 'setLabels', spans: [{ key, first: frame, last: frame }], label: kind })

  return (
    <Section title={`Frame ${frame}`} aside={
      <span className="state-words">
        <StateSign sign={isKeyframe ? 'keyframe' : state} />
        {isKeyframe ? 'keyframe' : stateWords[state]}
        {isKeyframe && state !== TrackState.visible && `, ${stateWords[state]}`}
      </span>
    }>
      <div className="position">
        <PositionField axis="x" value={isPlaced ? place.x : null} disabled={locked} onCommit={x => move({ x })} />
        <PositionField axis="y" value={isPlaced ? place.y : null} disabled={locked} onCommit={y => move({ y })} />
        <span className="secondary" title="Uncertainty in this frame">
          {isKeyframe ? 'set by hand' : Number.isFinite(sigma) && isPlaced ? `± ${pixels(sigma)}` : ''}
        </span>
      </div>
      <div className="segments" role="group" aria-label="State in this frame">
        {labelKinds.map(kind => (
          <Button key={kind} pressed={label === kind} disabled={locked} hint={label === kind ? 'Labelled by hand; click to clear' : `Mark ${labelWords[kind].toLowerCase()} in this frame`}
            onClick={() => setLabel(label === kind ? null : kind)}>
            {labelWords[kind]}
          </Button>
        ))}
        <Button kind="quiet" disabled={locked || label === null} hint="Clear the label of this frame: what was predicted shows again" onClick={() => setLabel(null)}>
          Clear
        </Button>
      </div>
    </Section>
  )
}
