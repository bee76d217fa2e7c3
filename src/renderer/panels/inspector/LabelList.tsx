/** The stretches of frames that people labelled: a click goes to the first frame, the list changes the label, the bin clears it. */
import { Trash2 } from 'lucide-react'
import { labelKinds, type LabelKind } from '../../../shared/projectRecords.ts'
import { IconButton } from '../../chrome/IconButton.tsx'
import { Select } from '../../chrome/Select.tsx'
import { applyGesture } from '../../state/session.ts'
import type { ShownTrack } from '../../state/shownTrack.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { VirtualRows } from '../VirtualRows.tsx'
import { frameSpan, labelWords } from '../wording.ts'

const options = labelKinds.map(value => ({ value, label: labelWords[value] }))

export function LabelList({ track: { record, labels } }: { readonly track: ShownTrack }) {
  const frame = useView(view => view.frame)
  if (labels.length === 0) return null
  const { key, locked } = record
  const paint = (first: number, last: number, label: LabelKind | null) => void applyGesture({ kind: 'setLabels', spans: [{ key, first, last }], label })
  return (
    <Section title="Labels" aside={labels.length}>
      <VirtualRows label="Labels" items={labels} idOf={({ first }) => first} most={6} renderRow={({ kind, first, last }) => {
        const frames = frameSpan(first, last)
        return (
          <>
            <button type="button" className="row-main" aria-current={(first <= frame && frame <= last) || undefined} aria-label={`Go to label ${frames}`} onClick={() => useView.setState({ frame: first })}>
              <span className="frame-number">{frames}</span>
            </button>
            <Select bare label={`Label of ${frames}`} value={kind} options={options} disabled={locked} onChange={label => paint(first, last, label)} />
            <IconButton icon={Trash2} size={14} label={`Clear label ${frames}`} disabled={locked} onClick={() => paint(first, last, null)} />
          </>
        )
      }} />
    </Section>
  )
}
