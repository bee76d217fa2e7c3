/** The open project and video in the page's address (#project=…&video=…), so that loading it again shows them again. */
import { useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { openProject } from '../state/session.ts'

/** Opens what the address says, then keeps it true. */
export function keepAddress(): () => void {
  const said = new URLSearchParams(location.hash.slice(1))
  const folder = said.get('project')
  let opening = folder !== null
  if (folder !== null) {
    void openProject(folder, Number(said.get('video')) || undefined).finally(() => {
      opening = false
      write()
    })
  }
  const write = () => {
    if (opening) return
    const { project } = useApp.getState()
    const { document, opening: next } = useDocument.getState()
    const video = document?.video ?? next?.video
    const hash = project ? `#${new URLSearchParams({ project: project.folder, ...(video !== undefined && { video: String(video) }) })}` : ''
    if (hash !== location.hash) history.replaceState(null, '', location.pathname + location.search + hash)
  }
  const stops = [useApp.subscribe(write), useDocument.subscribe(write)]
  return () => stops.forEach(stop => stop())
}
