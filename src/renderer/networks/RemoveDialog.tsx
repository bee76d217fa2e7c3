/** Asks once before a network's file is deleted: what goes, and what no longer works without it. */
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { fileSize } from '../projects/pickRules.ts'
import { remove } from './networkActions.ts'
import type { NetworkRow } from './networkRows.ts'

export function RemoveDialog({ row, onClose }: { readonly row: NetworkRow; onClose(): void }) {
  const { name, title, role, bytes } = row
  const go = () => {
    onClose()
    void remove(name)
  }
  return (
    <Dialog open title={`Remove ${title}?`} size="small" onClose={onClose} onSubmit={go} footer={
      <>
        <Button onClick={onClose}>Keep</Button>
        <Button kind="danger" submit>
          Remove
        </Button>
      </>
    }>
      <p>Its file{bytes === null ? '' : `, ${fileSize(bytes)},`} is deleted. It can be {row.known?.address ? 'downloaded' : 'added'} again.</p>
      {role !== 'tracker' && <p className="secondary">Tracks stay as they are. Runs that it supervised can go on or be refitted only when it is installed again.</p>}
    </Dialog>
  )
}
