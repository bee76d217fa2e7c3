/** Takes files dropped anywhere in the window, and shows a file on its way. */
import { useEffect, useState } from 'react'
import { addFiles } from '../projects/addVideo.ts'
import { useUpload } from '../projects/uploadStore.ts'
import { useApp } from '../state/appStore.ts'
import './start.css'

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

export function DropTarget() {
  const [over, setOver] = useState(false)
  const upload = useUpload(state => state.upload)
  const project = useApp(state => state.project?.name)

  useEffect(() => {
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      // Null: the mouse left the window, not one element for another.
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = (event: DragEvent) => {
      setOver(false)
      if (!carriesFiles(event) || event.defaultPrevented) return
      event.preventDefault()
      void addFiles([...(event.dataTransfer?.files ?? [])])
    }
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', enter)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragover', enter)
      window.removeEventListener('dragleave', leave)
      window.removeEventListener('drop', drop)
    }
  }, [])

  if (upload) {
    return (
      <div className="drop-cover" role="status">
        <p>
          Bringing <b>{upload.name}</b> to Tapline
        </p>
        <progress aria-label={`Bringing ${upload.name}`} max={1} value={upload.share} />
        <p className="secondary">{Math.floor(upload.share * 100)} %</p>
      </div>
    )
  }
  return over ? (
    <div className="drop-cover">
      <p>
        <b>{project === undefined ? 'Drop a video to make a project of it' : `Drop a video to add it to ${project}`}</b>
      </p>
    </div>
  ) : null
}
