/** Asks once before selected tracks are deleted: what will go, and that it can be undone. */
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { count } from '../panels/wording.ts'
import { openDialog, useApp } from '../state/appStore.ts'
import { shownOf, useDocument } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import { useView } from '../state/viewStore.ts'
import { deletionSummary } from './deletionSummary.ts'

export function DeleteTracksDialog() {
  const isOpen = useApp(state => state.dialog === 'deleteTracks')
  return isOpen ? <OpenDialog /> : null
}

function OpenDialog() {
  const document = useDocument(state => state.document)
  const selection = useView(view => view.selection)
  const { keys, sentences } = deletionSummary(document ? [...selection].flatMap(key => shownOf(document, key) ?? []) : [])
  const close = () => openDialog(null)
  const remove = () => {
    close()
    if (keys.length) void applyGesture({ kind: 'deleteTracks', keys })
  }
  return (
    <Dialog name="deleteTracks" title={keys.length ? `Delete ${count(keys.length, 'track')}?` : 'Delete tracks'} size="small" onSubmit={remove} footer={
      <>
        <Button onClick={close}>{keys.length ? 'Keep' : 'Close'}</Button>
        {keys.length > 0 && (
          <Button kind="danger" submit>
            Delete
          </Button>
        )}
      </>
    }>
      {sentences.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      {sentences.length === 0 && <p>No track is selected.</p>}
    </Dialog>
  )
}
