/** What a run was supervised by, in a line. Asked for once a run: it never changes. Not here: choosing it (dialogs/SupervisionSettings.tsx). */
import { useEffect, useState } from 'react'
import type { RunSupervision } from '../../../shared/rpc.ts'
import { useDocument } from '../../state/documentStore.ts'
import { tell } from '../../state/session.ts'
import { supervisionWords } from './supervisionWords.ts'

const known = new Map<string, RunSupervision>()

export function RunSupervisionLine({ runId }: { readonly runId: number }) {
  const project = useDocument(state => state.document!.project)
  const video = useDocument(state => state.document!.video)
  const references = useDocument(state => state.document!.references)
  const id = `${project}\n${video}\n${runId}`
  const [, setLoaded] = useState<string | null>(null)
  useEffect(() => {
    if (known.has(id)) return
    let isPast = false
    void tell('run.supervision', { video: { project, video }, runId }).then(reply => {
      // A run of which nobody knows it any more is listed without.
      if (reply.ok) known.set(id, reply.value)
      if (!isPast) setLoaded(id)
    })
    return () => {
      isPast = true
    }
  }, [id, project, video, runId])
  const supervision = known.get(id)
  return supervision ? <p className="secondary small run-supervision">{supervisionWords(supervision, references)}</p> : null
}
