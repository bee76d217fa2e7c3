/** Another name for the open project; its folder stays as it is. */
import { useState } from 'react'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { TextField } from '../chrome/Field.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { tell } from '../state/session.ts'

export function RenameProjectDialog() {
  const isOpen = useApp(state => state.dialog === 'renameProject')
  return isOpen ? <RenameForm /> : null
}

function RenameForm() {
  const project = useApp(state => state.project)
  const [name, setName] = useState(project?.name ?? '')
  const [error, setError] = useState<string | null>(null)
  const submit = async () => {
    if (!project || !name.trim()) return setError('A project needs a name.')
    const reply = await tell('project.rename', { folder: project.folder, name: name.trim() })
    if (!reply.ok) return setError(`${reply.error.reason}. ${reply.error.next}`)
    useApp.setState({ project: reply.value })
    openDialog(null)
  }
  return (
    <Dialog
      name="renameProject"
      title="Rename project"
      size="small"
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={() => openDialog(null)}>Cancel</Button>
          <Button kind="primary" submit>
            Rename
          </Button>
        </>
      }
    >
      <TextField label="Name" value={name} onChange={setName} error={error} />
    </Dialog>
  )
}
