/** The project list as the server has it, asked for again whenever the window comes to the front. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { ProjectSummary, RpcClient } from '../../shared/rpc.ts'

export type ProjectsState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
  /** `atMs`: when the list arrived; ages are shown against it. */
  | { readonly kind: 'loaded'; readonly projects: readonly ProjectSummary[]; readonly atMs: number }

const lost = (reason: string): ErrorRecord => ({ code: 'internal', subject: 'Tapline', reason, next: 'Close the window and start Tapline again.' })

export function useProjects(client: RpcClient): { state: ProjectsState; reload: () => void } {
  const [state, setState] = useState<ProjectsState>({ kind: 'loading' })
  // Only the newest request may answer: an older one can arrive later.
  const newest = useRef(0)

  const reload = useCallback(() => {
    const request = ++newest.current
    const show = (next: ProjectsState) => {
      if (request === newest.current) setState(next)
    }
    client.call('project.list', null).then(
      reply => show(reply.ok ? { kind: 'loaded', projects: reply.value, atMs: Date.now() } : { kind: 'failed', error: reply.error }),
      (error: unknown) => show({ kind: 'failed', error: lost(error instanceof Error ? error.message : String(error)) }),
    )
  }, [client])

  useEffect(() => {
    reload()
    window.addEventListener('focus', reload)
    return () => window.removeEventListener('focus', reload)
  }, [reload])

  return { state, reload }
}
