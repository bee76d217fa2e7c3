/** What can be done with the selected tracks as wholes; words beside the commands' keys, doing is theirs. */
import { Copy, GitMerge, Scissors, Trash2 } from 'lucide-react'
import type { CommandId } from '../../../shared/commands.ts'
import { Button } from '../../chrome/Button.tsx'
import { isEnabled, runCommand, useRegistrations } from '../../commands/registry.ts'
import { useView } from '../../state/viewStore.ts'
import { Section } from '../Section.tsx'
import { useKeyHint } from '../useKeyHint.ts'

export function TrackActions() {
  // Drawn anew as parts register and as the frame decides what can be done.
  useRegistrations()
  useView(view => view.frame > 0)
  const keys = useKeyHint()
  const button = (id: CommandId, words: string, more: Partial<Parameters<typeof Button>[0]> = {}) => (
    <Button disabled={!isEnabled(id)} keys={keys(id)} hint={words} onClick={() => runCommand(id)} {...more}>
      {words}
    </Button>
  )
  return (
    <Section title="Actions">
      <div className="button-grid">
        {button('track.propagate', 'Propagate forward')}
        {button('track.propagateBoth', 'Propagate both')}
        {button('track.split', 'Split here', { icon: Scissors })}
        {button('track.duplicate', 'Duplicate', { icon: Copy })}
        {button('track.merge', 'Merge', { icon: GitMerge, hint: 'Merge into the track selected first; select two or more' })}
        {button('track.delete', 'Delete', { icon: Trash2, kind: 'danger' })}
      </div>
    </Section>
  )
}
