/**
 * Networks as the server has them, and what this window does with each of them: which job fetches it, whether its file is whole. Not here:
 * asking the server (networks/networkActions.ts), how far a job is (jobStore.ts).
 */
import { create } from 'zustand'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { ModelsView } from '../../shared/models.ts'
import type { Rpc } from '../../shared/rpc.ts'

export type PullRequest = Rpc['models.pull']['params']

export interface Pull {
  readonly job: number
  /** What was agreed to: a download that broke off goes on with it. */
  readonly request: PullRequest
}

export interface NetworkState {
  /** Null while the server has not been asked. */
  readonly networks: ModelsView | null
  /** Why it could not say. */
  readonly problem: ErrorRecord | null
  /** Downloads that this window began, the last of each network, by its name. */
  readonly pulls: ReadonlyMap<string, Pull>
  /** By name: whether the file is as it was installed. */
  readonly checks: ReadonlyMap<string, Check>
  /** By name: what went wrong with it last. */
  readonly errors: ReadonlyMap<string, ErrorRecord>
}

export type Check = { readonly state: 'checking' } | { readonly state: 'checked'; readonly fault: string | null }

export const useNetworks = create<NetworkState>(() => ({ networks: null, problem: null, pulls: new Map(), checks: new Map(), errors: new Map() }))

export function setNetworks(networks: ModelsView): void {
  useNetworks.setState(({ checks }) => {
    // A verdict is on the file that was there then.
    const stay = new Set(networks.installed.map(({ name }) => name))
    return { networks, problem: null, checks: new Map([...checks].filter(([name]) => stay.has(name))) }
  })
}

export function setPull(name: string, pull: Pull): void {
  useNetworks.setState(({ pulls }) => ({ pulls: new Map(pulls).set(name, pull) }))
}

export function setCheck(name: string, check: Check): void {
  useNetworks.setState(({ checks }) => ({ checks: new Map(checks).set(name, check) }))
}

export function setNetworkError(name: string, error: ErrorRecord | null): void {
  useNetworks.setState(({ errors }) => {
    const next = new Map(errors)
    if (error) next.set(name, error)
    else next.delete(name)
    return { errors: next }
  })
}
