/** Why the video cannot be shown, where its picture would be. */
import { Button } from './Button.tsx'
import { useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { openProject } from '../state/session.ts'

export function VideoProblem() {
  const problem = useDocument(state => (state.document ? null : state.problem))
  const folder = useApp(state => state.project?.folder)
  if (!problem || folder === undefined) return null
  return (
    <section className="video-problem" role="alert">
      <h2>The video cannot be opened</h2>
      <p>
        {problem.subject}: {problem.reason}.
      </p>
      <p className="secondary">{problem.next}</p>
      <Button onClick={() => void openProject(folder)}>Try again</Button>
    </section>
  )
}
