/** The projects as a table: what each holds, and what is wrong with those that cannot be opened. */
import type { ProjectSummary } from '../../shared/rpc.ts'
import { age } from './age.ts'

const number = new Intl.NumberFormat('en')
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function ProjectTable({ projects, nowMs }: { projects: readonly ProjectSummary[]; nowMs: number }) {
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
          <ProjectRow key={project.path} project={project} nowMs={nowMs} />
        ))}
      </tbody>
    </table>
  )
}

function ProjectRow({ project, nowMs }: { project: ProjectSummary; nowMs: number }) {
  const { problem, video } = project
  const opened = new Date(project.lastOpenedMs)
  return (
    <tr className={problem ? 'broken' : undefined}>
      <th scope="row">
        <span className="title">{project.name}</span>
        <span className="secondary path" title={project.path}>
          {project.path}
        </span>
        {problem && (
          <span className="problem">
            {problem.reason}. {problem.next}
          </span>
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
  )
}
