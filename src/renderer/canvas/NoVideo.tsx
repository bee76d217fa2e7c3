/** The canvas of a project without a video: how one gets in, or that it is being opened. */
import { Film } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { keyHint } from '../commands/keyBindings.ts'
import { runCommand } from '../commands/registry.ts'
import { useDocument } from '../state/documentStore.ts'
import { activeJob, useJobs } from '../state/jobStore.ts'

export function NoVideo() {
  const opening = useDocument(state => state.opening !== null)
  const problem = useDocument(state => state.problem !== null)
  const importing = useJobs(state => activeJob(state)?.job.kind === 'import')
  // The window says what went wrong, over this.
  if (problem) return null
  if (opening || importing) {
    return (
      <p className="no-video secondary" role="status">
        {importing ? 'The video is being imported. It opens here when it is in.' : 'Opening the video …'}
      </p>
    )
  }
  return (
    <div className="no-video">
      <Film size={28} strokeWidth={1.25} aria-hidden />
      <h2>No video yet</h2>
      <p className="secondary">Drop a video, a GIF or a folder of images here.</p>
      <Button kind="primary" keys={keyHint('video.add')} onClick={() => void runCommand('video.add')}>
        Add video…
      </Button>
    </div>
  )
}
