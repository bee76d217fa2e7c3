/** The bar at the top: project, menus, undo, tools, what is drawn over the picture, fitting, export. */
import { Download, Layers, Menu as MenuIcon, MousePointer2, Pentagon, Plus, Redo2, Search, Grid3x3, Undo2, type LucideIcon } from 'lucide-react'
import type { CommandId } from '../../shared/commands.ts'
import { commandItem, applicationMenus, labelOf } from '../commands/commandItems.ts'
import { keyHint } from '../commands/keyBindings.ts'
import { isEnabled, runCommand, useRegistrations } from '../commands/registry.ts'
import { ProjectMenu } from '../projects/ProjectMenu.tsx'
import { client } from '../state/session.ts'
import { useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { activeJob, useJobs } from '../state/jobStore.ts'
import { useView, type Tool } from '../state/viewStore.ts'
import { Button } from './Button.tsx'
import './commandBar.css'
import { IconButton } from './IconButton.tsx'
import { Menu, MenuBar, type MenuEntry } from './Menu.tsx'

const tools: readonly { readonly tool: Tool; readonly id: CommandId; readonly label: string; readonly icon: LucideIcon }[] = [
  { tool: 'select', id: 'tool.select', label: 'Select', icon: MousePointer2 },
  { tool: 'point', id: 'tool.point', label: 'Add point', icon: Plus },
  { tool: 'grid', id: 'tool.grid', label: 'Add grid', icon: Grid3x3 },
  { tool: 'polygon', id: 'tool.polygon', label: 'Add polygon', icon: Pentagon },
]

const overlayEntries = (): MenuEntry[] => [
  { heading: 'Over the picture' },
  ...(['overlay.none', 'overlay.flow', 'overlay.depth', 'overlay.cycle'] as const).map(id => commandItem(id)),
  { heading: 'With the tracks' },
  ...(['view.trails', 'view.names', 'view.uncertainty', 'view.onion', 'view.loupe', 'view.hover', 'view.follow'] as const).map(id => commandItem(id)),
]

export function CommandBar() {
  // What buttons say and whether they are on comes from the registry and these stores.
  useRegistrations()
  useApp(state => state.settings.keys)
  useJobs(state => activeJob(state)?.job.id)
  const document = useDocument(state => state.document)
  const tool = useView(state => state.tool)
  const untaught = document?.field.state === 'fitted' ? document.field.untaught : 0
  return (
    <header className="command-bar">
      {client().shell === 'browser' && (
        <div className="main-menu">
          <Menu label="Main menu" trigger={<IconButton icon={MenuIcon} label="Main menu" />} entries={() => applicationMenus.map(({ name, entries }) => ({ label: name, submenu: entries() }))} />
        </div>
      )}
      <ProjectMenu />
      {client().shell === 'browser' && (
        <div className="wide-menus">
          <MenuBar label="Menus" menus={applicationMenus} />
        </div>
      )}
      <div className="bar-group" role="group" aria-label="History">
        <CommandButton id="edit.undo" label="Undo" icon={Undo2} />
        <CommandButton id="edit.redo" label="Redo" icon={Redo2} />
      </div>
      <div className="bar-group" role="toolbar" aria-label="Tools">
        {tools.map(({ tool: name, id, label, icon }) => (
          <IconButton
            key={id}
            icon={icon}
            label={label}
            keys={keyHint(id)}
            pressed={tool === name}
            disabled={!isEnabled(id)}
            onClick={() => runCommand(id)}
          />
        ))}
      </div>
      <Menu label="Overlays" trigger={<IconButton icon={Layers} label="Overlays" />} entries={overlayEntries} />
      <span className="bar-space" />
      <IconButton icon={Search} label="Find a command" keys={keyHint('palette.open')} onClick={() => runCommand('palette.open')} />
      <div className="bar-group" role="group" aria-label="Field">
        {untaught > 0 && (
          <Button
            kind="primary"
            label={`Refit with ${untaught} ${untaught === 1 ? 'correction' : 'corrections'}`}
            hint="Teaches the field your corrections; other tracks improve too"
            keys={keyHint('field.refit')}
            disabled={!isEnabled('field.refit')}
            onClick={() => runCommand('field.refit')}
          >
            Refit <span className="bar-count">{untaught}</span>
          </Button>
        )}
        <Button
          kind={document && document.field.state !== 'fitted' && document.tracks.size > 0 ? 'primary' : 'plain'}
          hint="Fits the field of this video: every track follows from it"
          keys={keyHint('field.optimise')}
          disabled={!isEnabled('field.optimise')}
          onClick={() => runCommand('field.optimise')}
        >
          Optimise…
        </Button>
        <Button icon={Download} keys={keyHint('export.open')} hint="Writes the tracks to a file" disabled={!isEnabled('export.open')} onClick={() => runCommand('export.open')}>
          Export…
        </Button>
      </div>
    </header>
  )
}

function CommandButton({ id, label, icon }: { id: CommandId; label: string; icon: LucideIcon }) {
  return <IconButton icon={icon} label={label} hint={labelOf(id)} keys={keyHint(id)} disabled={!isEnabled(id)} onClick={() => runCommand(id)} />
}
