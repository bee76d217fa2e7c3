/** The start window: the projects, or how to make the first one. Composition only. */
import type { RpcClient } from '../shared/rpc.ts'
import markUrl from './mark.svg'
import { EmptyState } from './projects/EmptyState.tsx'
import { ErrorNotice } from './projects/ErrorNotice.tsx'
import { ProjectTable } from './projects/ProjectTable.tsx'
import { useProjects } from './projects/useProjects.ts'

export function App({ client }: { client: RpcClient | undefined }) {
  const { state, reload } = useProjects(client)
  const projects = state.kind === 'loaded' ? state.projects : []
  return (
    <>
      <header className="bar">
        <img src={markUrl} alt="" width="20" height="20" />
        <span className="name">Tapline</span>
        {projects.length > 0 && <span className="secondary count">{projects.length === 1 ? '1 project' : `${projects.length} projects`}</span>}
      </header>
      <main>
        {state.kind === 'loading' && (
          <p className="secondary late" role="status">
            Looking for projects …
          </p>
        )}
        {state.kind === 'failed' && <ErrorNotice error={state.error} onRetry={reload} />}
        {state.kind === 'loaded' && (projects.length > 0 ? <ProjectTable projects={projects} nowMs={state.atMs} /> : <EmptyState />)}
      </main>
      {projects.length > 0 && (
        <footer className="bar">
          <span className="secondary">New project:</span> <code>npx tapline track VIDEO --grid 16 --project FOLDER</code>
        </footer>
      )}
    </>
  )
}
