/** What can be done with several selected tracks at once, under the list. */
import { Copy, Eye, Lock, Merge, Trash2, X, type LucideIcon } from 'lucide-react'
import type { CommandId } from '../../shared/commands.ts'
import { commands } from '../../shared/commands.ts'
import { Button } from '../chrome/Button.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { runCommand } from '../commands/registry.ts'
import { useDocument } from '../state/documentStore.ts'
import { select, useView } from '../state/viewStore.ts'
import { inThousands } from './wording.ts'

const actions: readonly { readonly id: CommandId; readonly icon: LucideIcon }[] = [
  { id: 'track.hide', icon: Eye },
  { id: 'track.lock', icon: Lock },
  { id: 'track.duplicate', icon: Copy },
  { id: 'track.merge', icon: Merge },
  { id: 'track.delete', icon: Trash2 },
]

export function BulkActions() {
  const tracks = useDocument(state => state.document?.tracks)
  const selected = useView(view => [...view.selection].filter(key => tracks?.has(key)).length)
  if (selected < 2) return null
  return (
    <div className="bulk" role="toolbar" aria-label="Selected tracks">
      <Button kind="quiet" className="bulk-count" icon={X} label={`${inThousands(selected)} selected: deselect`} hint="Deselect" onClick={() => select([])}>
        {inThousands(selected)} selected
      </Button>
      {actions.map(({ id, icon }) => (
        <IconButton key={id} icon={icon} size={14} label={commands[id].label} onClick={() => runCommand(id)} />
      ))}
    </div>
  )
}
