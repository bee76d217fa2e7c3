/** Asks for a frame and goes there. */
import { useState } from 'react'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { TextField } from '../chrome/Field.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { showFrame, useView } from '../state/viewStore.ts'
import { parseFrame } from './Transport.tsx'

export function GotoFrame() {
  const frames = useDocument(state => state.document?.record.frameCount ?? 0)
  const isOpen = useApp(state => state.dialog === 'gotoFrame')
  // Closed, it does not follow the play head.
  const here = useView(state => (isOpen ? state.frame : 0))
  const [text, setText] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const forget = () => {
    setText(null)
    setError(null)
  }
  const go = () => {
    const frame = parseFrame(text ?? String(here))
    if (frame === null || frame >= frames) return setError(`Enter a whole number from 0 to ${frames - 1}.`)
    showFrame(frame, frames)
    forget()
    openDialog(null)
  }
  return (
    <Dialog
      name="gotoFrame"
      title="Go to frame"
      size="small"
      onClose={forget}
      onSubmit={go}
      footer={
        <>
          <Button onClick={() => { forget(); openDialog(null) }}>Cancel</Button>
          <Button kind="primary" submit>
            Go
          </Button>
        </>
      }
    >
      <TextField label={`Frame, 0 to ${frames - 1}`} value={text ?? String(here)} onChange={setText} error={error} />
    </Dialog>
  )
}
