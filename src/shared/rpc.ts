/**
 * What a front end may ask of the server: one entry per request, named group.verb. The same contract serves the
 * Electron window and a browser. Not here: how requests travel, and who answers them (server/handlers).
 */
import { type ErrorRecord, TaplineError } from './errors.ts'
import type { Size } from './units.ts'

/** One project as the start window lists it. */
export interface ProjectSummary {
  /** Absolute path of the project folder. */
  readonly path: string
  readonly name: string
  /** Size of its first video in pixels; null while none has been imported. */
  readonly video: Size | null
  /** Of all its videos. */
  readonly frames: number
  readonly tracks: number
  /** Milliseconds since 1970. */
  readonly lastOpenedMs: number
  /** Why it cannot be opened (moved, deleted, damaged); null when it can. */
  readonly problem: ErrorRecord | null
}

/** The requests: parameters in, result out. Everything survives structured cloning. */
export interface Rpc {
  /** Recent projects, the last opened first; those that cannot be opened say why. */
  'project.list': { params: null; result: readonly ProjectSummary[] }
}

export type RpcId = keyof Rpc

/** Every id at run time, for those who must refuse unknown ones. */
export const rpcIds: readonly RpcId[] = ['project.list']

export function isRpcId(id: unknown): id is RpcId {
  return typeof id === 'string' && (rpcIds as readonly string[]).includes(id)
}

/** The server's side of the contract. */
export type RpcHandlers = { readonly [Id in RpcId]: (params: Rpc[Id]['params']) => Promise<Rpc[Id]['result']> }

/** What travels back: errors as records, since classes do not survive the way. */
export type RpcReply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorRecord }

/** The front end's side, as the preload script exposes it under `window.tapline`. */
export interface RpcClient {
  call<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<RpcReply<Rpc[Id]['result']>>
}

/** Asks a handler and wraps the answer; nothing is thrown, whatever the handler does. */
export async function answer<Id extends RpcId>(handlers: RpcHandlers, id: Id, params: Rpc[Id]['params']): Promise<RpcReply<Rpc[Id]['result']>> {
  try {
    return { ok: true, value: await handlers[id](params) }
  } catch (error) {
    if (error instanceof TaplineError) return { ok: false, error: error.toRecord() }
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, error: { code: 'internal', subject: id, reason, next: 'Try again; if it stays, report it with this text.' } }
  }
}
