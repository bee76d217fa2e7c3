/** Shown while there is no project: how to make the first one. */
import { Clapperboard } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { runCommand } from '../commands/registry.ts'

export function EmptyState() {
  return (
    <section className="empty" aria-labelledby="empty-title">
      <h1 id="empty-title">No projects yet</h1>
      <p className="secondary">A project is one folder: videos, the points you follow in them, and their tracks through every frame.</p>
      <div className="empty-drop">
        <Clapperboard size={32} strokeWidth={1.25} aria-hidden />
        <p>
          <b>Drop a video here</b> to make a project of it
        </p>
        <div className="empty-ways">
          <Button kind="primary" onClick={() => runCommand('video.add')}>
            Choose a video…
          </Button>
          <Button onClick={() => runCommand('project.open')}>Open a project…</Button>
        </div>
      </div>
      <ol className="steps">
        <li>
          <b>1. Click a point</b>
          <span className="secondary">Its track through every frame appears at once.</span>
        </li>
        <li>
          <b>2. Optimise</b>
          <span className="secondary">One field is fitted to the whole video; every track follows from it.</span>
        </li>
        <li>
          <b>3. Correct and export</b>
          <span className="secondary">A corrected point improves other tracks too.</span>
        </li>
      </ol>
    </section>
  )
}
