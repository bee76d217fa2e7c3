/** What the newest fit changed: tracks that moved, furthest first, and keyframes that now disagree. A click goes to the place. */
import { useState } from 'react'
import type { Impact } from '../../../shared/studio/document.ts'
import { Slider } from '../../chrome/Slider.tsx'
import { useDocument } from '../../state/documentStore.ts'
import { select, useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { VirtualRows } from '../VirtualRows.tsx'
import { count, pixels } from '../wording.ts'
import { deltaRange, impactBeyond } from './impactFacts.ts'

function goTo(key: number, frame: number): void {
  select([key])
  useView.setState({ frame })
}

export function ImpactView({ impact }: { readonly impact: Impact }) {
  const tracks = useDocument(state => state.document!.tracks)
  const { min, max } = deltaRange(impact)
  const [delta, setDelta] = useState(min)
  const { moved, disagree } = impactBeyond(impact, delta, key => tracks.has(key))
  const name = (key: number) => tracks.get(key)!.record.name
  const colour = (key: number) => tracks.get(key)!.record.colour
  return (
    <Section title="Impact" aside={`of run ${impact.runId}`}>
      <Slider label="Moved by more than" value={delta} min={min} max={max} step={0.5} format={pixels} onChange={setDelta} />
      <p className="small">{moved.length ? `${count(moved.length, 'track')} moved` : 'No track moved that far.'}</p>
      {moved.length > 0 && (
        <VirtualRows label="Tracks that moved" items={moved} idOf={({ key }) => key} renderRow={({ key, maxPx, frame, frames }) => (
          <button type="button" className="row-main" aria-label={`Go to ${name(key)}, moved ${pixels(maxPx)} at frame ${frame}`} onClick={() => goTo(key, frame)}>
            <span className="dot" style={{ background: colour(key) }} />
            <span className="row-name">{name(key)}</span>
            <span className="secondary">{count(frames, 'frame')}</span>
            <span className="numbers">{pixels(maxPx)}</span>
          </button>
        )} />
      )}
      {disagree.length > 0 && (
        <>
          <p className="small">{disagree.length === 1 ? '1 of your keyframes disagrees' : `${disagree.length} of your keyframes disagree`} with the field</p>
          <VirtualRows label="Keyframes that disagree" items={disagree} idOf={({ key, frame }) => `${key} ${frame}`} renderRow={({ key, frame, px }) => (
            <button type="button" className="row-main" aria-label={`Go to keyframe ${frame} of ${name(key)}, ${pixels(px)} off`} onClick={() => goTo(key, frame)}>
              <span className="dot" style={{ background: colour(key) }} />
              <span className="row-name">{name(key)}</span>
              <span className="secondary">frame {frame}</span>
              <span className="numbers">{pixels(px)}</span>
            </button>
          )} />
        </>
      )}
    </Section>
  )
}
