/** Whose places are drawn against ours, and by which signs; names of references are said here alone. Not here: the drawing (notes.ts). */
import { X } from 'lucide-react'
import { IconButton } from '../chrome/IconButton.tsx'
import { useDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'

export function ReferenceLegend() {
  const reference = useView(view => view.reference)
  const found = useDocument(state => state.document?.references.find(({ id }) => id === reference))
  if (!found) return null
  return (
    <div className="reference-legend" role="note" aria-label="Legend of the reference">
      <svg width="26" height="14" viewBox="0 0 26 14" aria-hidden>
        <path d="M6 7 H20 M16 3 L24 11 M24 3 L16 11" />
        <circle cx="6" cy="7" r="2.5" />
      </svg>
      <span className="reference-name" title={`${found.name} at the cross, where it differs from yours; ticks on the timeline are where it does`}>
        {found.name}
      </span>
      <IconButton icon={X} size={14} label={`Hide ${found.name}`} onClick={() => useView.setState({ reference: null })} />
    </div>
  )
}
