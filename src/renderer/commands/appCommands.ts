/** Commands of the window itself: projects, dialogs, history, pages of the inspector, the field's jobs. Others register their own. */
import { addVideo } from '../projects/addVideo.ts'
import { openDialog, useApp } from '../state/appStore.ts'
import { currentDocument, visibleTracks } from '../state/documentStore.ts'
import { activeJob, useJobs } from '../state/jobStore.ts'
import { useLayout } from '../state/layoutStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { ask, leaveProject, openProject, redo, undo } from '../state/session.ts'
import { select, useView, type InspectorPage } from '../state/viewStore.ts'
import { registerCommands, type CommandAction } from './registry.ts'

const hasProject = () => useApp.getState().project !== null
const hasVideo = () => currentDocument() !== null
const job = () => activeJob(useJobs.getState())?.job ?? null
const isFit = () => job()?.kind === 'optimise' || job()?.kind === 'refit'

const page = (inspector: InspectorPage): CommandAction => ({
  run: () => {
    useView.setState({ inspector })
    useLayout.setState({ panels: true })
  },
  enabled: hasProject,
  checked: () => useView.getState().inspector === inspector,
})

async function chooseProject(): Promise<void> {
  const folder = await pickPath('project')
  if (folder !== null) await openProject(folder)
}

async function chooseVideo(): Promise<void> {
  const path = await pickPath('video')
  if (path !== null) await addVideo(path)
}

async function pauseOrGoOn(): Promise<void> {
  const active = job()
  if (active) await ask(active.state === 'paused' ? 'job.unpause' : 'job.pause', { id: active.id })
}

async function refit(): Promise<void> {
  const document = currentDocument()
  if (document) await ask('run.refit', { video: { project: document.project, video: document.video } })
}

/** Until the returned function is called. */
export function registerAppCommands(): () => void {
  return registerCommands({
    'project.home': { run: leaveProject, enabled: hasProject },
    'project.new': { run: () => openDialog('newProject') },
    'project.open': { run: chooseProject },
    'video.add': { run: chooseVideo },
    'review.import': { run: () => openDialog('importTracks'), enabled: hasVideo },
    'export.open': { run: () => openDialog('export'), enabled: hasVideo },
    'models.open': { run: () => openDialog('networks') },
    'settings.open': { run: () => openDialog('settings') },
    'palette.open': { run: () => openDialog('palette') },
    'help.keys': { run: () => openDialog('keys') },

    'edit.undo': { run: undo, enabled: () => Boolean(currentDocument()?.history.undo) },
    'edit.redo': { run: redo, enabled: () => Boolean(currentDocument()?.history.redo) },
    'edit.selectAll': {
      run: () => select(visibleTracks(currentDocument()!, { solo: false, selection: new Set() }).map(({ record }) => record.key)),
      enabled: () => (currentDocument()?.order.length ?? 0) > 0,
    },

    'view.panels': { run: () => useLayout.setState(({ panels }) => ({ panels: !panels })), enabled: hasProject, checked: () => useLayout.getState().panels },
    'inspector.track': page('track'),
    'inspector.fit': page('fit'),
    'inspector.review': page('review'),
    'inspector.info': page('info'),

    'field.optimise': { run: () => openDialog('optimise'), enabled: hasVideo },
    'field.refit': { run: refit, enabled: () => currentDocument()?.field.state === 'fitted' },
    'tracker.run': { run: () => openDialog('trackers'), enabled: () => (currentDocument()?.order.length ?? 0) > 0 },
    'field.pause': { run: pauseOrGoOn, enabled: isFit },
    'field.cancel': { run: () => ask('job.cancel', { id: job()!.id }), enabled: () => job() !== null },
  })
}
