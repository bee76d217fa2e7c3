/** The keyframes of a track: a click goes to the frame, the bin deletes. */
import { Trash2 } from 'lucide-react'
import { IconButton } from '../../chrome/IconButton.tsx'
import { useDocument } from '../../state/documentStore.ts'
import { applyGesture } from '../../state/session.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { VirtualRows } from '../VirtualRows.tsx'

export function KeyframeList({ track }: { readonly track: ShownTrack }) {
  const { record, nodes } = track
  const frame = useView(view => view.frame)
  const keyframes = useDocument(state => state.document?.tracks.get(record.key)?.edits.keyframes)
  return (
    <Section title="Keyframes" aside={nodes.length}>
      <VirtualRows label="Keyframes" items={nodes} idOf={node => node.frame} most={6} renderRow={node => {
        const isQueryAlone = !keyframes?.some(keyframe => keyframe.frame === node.frame)
        return (
          <>
            <button type="button" className="row-main" aria-current={node.frame === frame || undefined} aria-label={`Go to keyframe ${node.frame}`} onClick={() => useView.setState({ frame: node.frame })}>
              <span className="frame-number">{node.frame}</span>
              <span className="secondary numbers">
                {node.x.toFixed(2)}, {node.y.toFixed(2)}
              </span>
              {node.frame === record.query.frame && <span className="secondary">query</span>}
            </button>
            <IconButton icon={Trash2} size={14} label={`Delete keyframe ${node.frame}`} disabled={record.locked || isQueryAlone}
              hint={isQueryAlone ? 'The track begins here' : `Delete keyframe ${node.frame}`}
              onClick={() => void applyGesture({ kind: 'removeKeyframes', spans: [{ key: record.key, first: node.frame, last: node.frame }] })} />
          </>
        )
      }} />
    </Section>
  )
}
