/** The open project and its videos: which is shown, others, and the way back to all projects. */
import { ChevronDown, Film } from 'lucide-react'
import { commandItem } from '../commands/commandItems.ts'
import { Menu, type MenuEntry } from '../chrome/Menu.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { openVideo } from '../state/session.ts'

function entries(): MenuEntry[] {
  const { project } = useApp.getState()
  const { document, opening } = useDocument.getState()
  if (!project) return []
  const shown = document?.video ?? opening?.video
  return [
    ...(project.videos.length ? [{ heading: project.videos.length === 1 ? 'Video' : 'Videos' }] : []),
    ...project.videos.map(({ id, name, frameCount }) => ({
      label: name,
      detail: `${frameCount} frames`,
      checked: id === shown,
      run: () => {
        if (id !== shown) void openVideo({ project: project.folder, video: id })
      },
    })),
    ...(project.videos.length ? ['separator' as const] : []),
    commandItem('video.add'),
    { label: 'Rename project…', run: () => openDialog('renameProject') },
    'separator',
    commandItem('project.new'),
    commandItem('project.open'),
    commandItem('project.home'),
  ]
}

export function ProjectMenu() {
  const project = useApp(state => state.project)
  const video = useDocument(state => state.document?.record.name)
  if (!project) return null
  return (
    <Menu
      label="Project"
      entries={entries}
      trigger={
        <button type="button" className="button quiet project-button" aria-label={`Project ${project.name}`} data-tip={project.folder}>
          <Film size={14} aria-hidden />
          <span className="project-button-name">{project.name}</span>
          {project.videos.length > 1 && video && <span className="project-button-video">{video}</span>}
          <ChevronDown size={14} aria-hidden />
        </button>
      }
    />
  )
}
