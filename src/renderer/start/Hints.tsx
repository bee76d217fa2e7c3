/** Three hints for the first minutes, each dismissed for good; shown over the picture of a video. */
import { X } from 'lucide-react'
import { IconButton } from '../chrome/IconButton.tsx'
import { useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { saveSettings } from '../state/session.ts'
import './start.css'

const hints = [
  { id: 'scrub', title: 'Scrub', text: 'Drag along the timeline, or press ← and →, to go through the frames.' },
  { id: 'click', title: 'Click', text: 'Press N and click anything: its track through every frame appears at once.' },
  { id: 'drag', title: 'Drag', text: 'Drag a point where it is wrong. The path bends with it, and Refit lets other tracks learn from it.' },
] as const

export function Hints() {
  const done = useApp(state => state.settings.hintsDone)
  // Settings that have not arrived yet must not show what was dismissed long ago.
  const ready = useApp(state => state.info !== null)
  const hasVideo = useDocument(state => state.document !== null)
  const left = hints.filter(({ id }) => !done.includes(id))
  const hint = left[0]
  if (!ready || !hasVideo || !hint) return null
  return (
    <aside className="hint" aria-label={`Hint: ${hint.title}`}>
      <div>
        <b>{hint.title}</b>
        <span className="secondary">
          {hints.length - left.length + 1} of {hints.length}
        </span>
        <p>{hint.text}</p>
      </div>
      <IconButton icon={X} size={14} label={`Dismiss the hint: ${hint.title}`} onClick={() => void saveSettings({ hintsDone: [...done, hint.id] })} />
    </aside>
  )
}
