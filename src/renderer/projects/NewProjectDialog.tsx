/** Makes an empty project: its name, and where its folder goes if not to the usual place. */
import { useState } from 'react'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Field, TextField } from '../chrome/Field.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { showProject, tell } from '../state/session.ts'

export function NewProjectDialog() {
  const isOpen = useApp(state => state.dialog === 'newProject')
  return isOpen ? <NewProjectForm /> : null
}

function NewProjectForm() {
  const separator = useApp(state => state.info?.separator ?? '/')
  const [name, setName] = useState('')
  const [parent, setParent] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async () => {
    const wanted = name.trim()
    if (!wanted) return setError('A project needs a name.')
    setBusy(true)
    const folder = parent === null ? null : `${parent.replace(/[/\\]$/, '')}${separator}${wanted.replace(/[/\\:*?"<>|]/g, '-')}`
    const reply = await tell('project.create', { name: wanted, folder })
    setBusy(false)
    if (!reply.ok) return setError(`${reply.error.subject}: ${reply.error.reason}. ${reply.error.next}`)
    showProject(reply.value)
  }
  return (
    <Dialog
      name="newProject"
      title="New project"
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={() => openDialog(null)}>Cancel</Button>
          <Button kind="primary" submit disabled={busy}>
            Create
          </Button>
        </>
      }
    >
      <TextField
        label="Name"
        value={name}
        onChange={value => {
          setName(value)
          setError(null)
        }}
        error={error}
        placeholder="Hands on the table"
      />
      <Field label="Folder" hint="Everything of the project lies in one folder, which can be moved or copied whole.">
        {({ id, describedBy }) => (
          <div className="picker-path">
            <input id={id} className="input" type="text" readOnly aria-describedby={describedBy} value={parent ?? 'With your other projects'} />
            <Button onClick={() => void pickPath('projectFolder').then(path => path !== null && setParent(path))}>Choose…</Button>
          </div>
        )}
      </Field>
    </Dialog>
  )
}
