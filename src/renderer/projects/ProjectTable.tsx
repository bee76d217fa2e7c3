/** The projects as a table: what each holds; opened by a click or Enter. Those that cannot be opened say why. */
import type { ProjectSummary } from '../../shared/rpc.ts'
import { Button } from '../chrome/Button.tsx'
import { ContextMenu } from '../chrome/Menu.tsx'
import { age } from './age.ts'
import './projects.css'

const number = new Intl.NumberFormat('en')
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

interface ProjectTableProps {
  readonly projects: readonly ProjectSummary[]
  readonly nowMs: number
  onOpen(project: ProjectSummary): void
  onForget(project: ProjectSummary): void
}

export function ProjectTable({ projects, nowMs, onOpen, onForget }: ProjectTableProps) {
  return (
    <table className="projects" aria-label="Projects">
      <thead>
        <tr>
          <th scope="col">Project</th>
          <th scope="col" className="number">
            Video
          </th>
          <th scope="col" className="number">
            Frames
          </th>
          <th scope="col" className="number">
            Tracks
          </th>
          <th scope="col" className="number">
            Last opened
          </th>
        </tr>
      </thead>
      <tbody>
        {projects.map(project => (
          <ProjectRow key={project.path} project={project} nowMs={nowMs} onOpen={() => onOpen(project)} onForget={() => onForget(project)} />
        ))}
      </tbody>
    </table>
  )
}

function ProjectRow({ project, nowMs, onOpen, onForget }: { project: ProjectSummary; nowMs: number; onOpen(): void; onForget(): void }) {
  const { problem, video, name, path } = project
  const opened = new Date(project.lastOpenedMs)
  const entries = () => [
    { label: 'Open', enabled: !problem, run: onOpen },
    { label: 'Copy path', run: () => void navigator.clipboard.writeText(path) },
    'separator' as const,
    { label: 'Remove from this list', run: onForget },
  ]
  return (
    <ContextMenu label={name} entries={entries}>
      <tr className={problem ? 'broken' : undefined} onClick={problem ? undefined : onOpen}>
        <th scope="row">
          {problem ? (
            <span className="title">{name}</span>
          ) : (
            <button type="button" className="title">
              {name}
            </button>
          )}
          <span className="secondary path" title={path}>
            {path}
          </span>
          {problem && (
            <div className="problem">
              <span>
                {problem.reason}. {problem.next}
              </span>
              <Button hint="The folder stays where it is" label={`Remove ${name} from this list`} onClick={onForget}>
                Remove from list
              </Button>
            </div>
          )}
        </th>
        <td className="number">{video ? `${video.width} × ${video.height}` : '–'}</td>
        <td className="number">{problem ? '–' : number.format(project.frames)}</td>
        <td className="number">{problem ? '–' : number.format(project.tracks)}</td>
        <td className="number">
          <time dateTime={opened.toISOString()} title={exact.format(opened)}>
            {age(project.lastOpenedMs, nowMs)}
          </time>
        </td>
      </tr>
    </ContextMenu>
  )
}
