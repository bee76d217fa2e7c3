/** The window while no project is open: recent projects, or how to make the first one. */
import { FolderOpen, Plus, Settings } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { ConnectionBanner } from '../chrome/ConnectionBanner.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { JobLine } from '../chrome/JobLine.tsx'
import type { StudioClient } from '../client/studioClient.ts'
import { keyHint } from '../commands/keyBindings.ts'
import { runCommand } from '../commands/registry.ts'
import markUrl from '../mark.svg'
import { EmptyState } from '../projects/EmptyState.tsx'
import { ErrorNotice } from '../projects/ErrorNotice.tsx'
import { ProjectTable } from '../projects/ProjectTable.tsx'
import { useProjects } from '../projects/useProjects.ts'
import { useApp } from '../state/appStore.ts'
import { ask, openProject } from '../state/session.ts'
import './start.css'

export function StartScreen({ client }: { client: StudioClient }) {
  const { state, reload } = useProjects(client)
  const version = useApp(store => store.info?.version)
  const projects = state.kind === 'loaded' ? state.projects : []
  return (
    <div className="start">
      <ConnectionBanner />
      <header className="start-head">
        <img src={markUrl} alt="" width="20" height="20" />
        <span className="name">Tapline</span>
        {version && <span className="version secondary">{version}</span>}
        <span className="bar-space" />
        <JobLine />
        <Button icon={FolderOpen} keys={keyHint('project.open')} onClick={() => runCommand('project.open')}>
          Open…
        </Button>
        <Button kind={projects.length ? 'primary' : 'plain'} icon={Plus} keys={keyHint('project.new')} onClick={() => runCommand('project.new')}>
          New project…
        </Button>
        <IconButton icon={Settings} label="Settings" keys={keyHint('settings.open')} onClick={() => runCommand('settings.open')} />
      </header>
      <main>
        {state.kind === 'loading' && (
          <p className="secondary late" role="status">
            Looking for projects…
          </p>
        )}
        {state.kind === 'failed' && <ErrorNotice error={state.error} onRetry={reload} />}
        {state.kind === 'loaded' &&
          (projects.length > 0 ? (
            <>
              <ProjectTable
                projects={projects}
                nowMs={state.atMs}
                onOpen={project => void openProject(project.path)}
                onForget={project => void ask('project.forget', { folder: project.path }).then(reload)}
              />
              <p className="start-note secondary">Drop a video anywhere in this window to make a project of it.</p>
            </>
          ) : (
            <EmptyState />
          ))}
      </main>
    </div>
  )
}
