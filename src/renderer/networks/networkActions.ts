/** What people do with networks, asked of the server; outcomes go to the store. Not here: what is shown. */
import type { JobView } from '../../shared/studio/document.ts'
import type { ErrorRecord } from '../../shared/errors.ts'
import { isOver, useJobs, putJob, type JobProgress, type JobState } from '../state/jobStore.ts'
import { setCheck, setNetworkError, setNetworks, setPull, useNetworks, type NetworkState, type PullRequest } from '../state/networkStore.ts'
import { ask, tell } from '../state/session.ts'
import type { NetworkRow } from './networkRows.ts'

/** Asks for the list: what was known before stands until it comes. */
export async function loadNetworks(): Promise<void> {
  const reply = await tell('models.list', null)
  if (reply.ok) setNetworks(reply.value)
  else useNetworks.setState({ problem: reply.error })
}

/** Starts a download, or goes on with it. Null where it has begun. */
export async function pull(request: PullRequest): Promise<ErrorRecord | null> {
  const reply = await tell('models.pull', request)
  if (!reply.ok) return reply.error
  keepJob(reply.value)
  setNetworkError(request.name, null)
  setPull(request.name, { job: reply.value.id, request })
  return null
}

/** An event may have told of it already, and of its end. */
export function keepJob(job: JobView): void {
  if (!useJobs.getState().jobs.has(job.id)) putJob(job)
}

export async function verify(name: string): Promise<void> {
  setCheck(name, { state: 'checking' })
  const reply = await tell('models.verify', { name })
  setNetworkError(name, reply.ok ? null : reply.error)
  if (reply.ok) setCheck(name, { state: 'checked', fault: reply.value.fault })
  else useNetworks.setState(({ checks }) => ({ checks: new Map([...checks].filter(([other]) => other !== name)) }))
}

export async function remove(name: string): Promise<void> {
  const reply = await tell('models.remove', { name })
  setNetworkError(name, reply.ok ? null : reply.error)
  if (reply.ok) setNetworks(reply.value)
}

export const cancelJob = (id: number): void => void ask('job.cancel', { id })

/** The download of a network that this window began, else one under way that another window or an earlier load of the page began. */
export function pullJob({ jobs }: JobState, { pulls }: Pick<NetworkState, 'pulls'>, { name, title }: Pick<NetworkRow, 'name' | 'title'>): JobProgress | null {
  const own = pulls.get(name)
  const found = own && jobs.get(own.job)
  if (found) return found
  return [...jobs.values()].find(({ job }) => job.kind === 'model' && !isOver(job) && job.title === `Download ${title}`) ?? null
}
