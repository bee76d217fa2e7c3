/**
 * What passes between a page and its server, the same over a WebSocket and over Electron's IPC: numbered calls one way,
 * their replies and events the other. Not here: the requests themselves (rpc.ts), and bytes (wire.ts).
 */
import { isRpcId, type RpcId, type RpcReply, type StudioEvent } from './rpc.ts'

export interface CallMessage {
  /** Chosen by the page; its reply carries it. */
  readonly id: number
  readonly call: RpcId
  readonly params: unknown
}

export type ServerMessage =
  | { readonly id: number; readonly reply: RpcReply<unknown> }
  | { readonly event: StudioEvent }
  /** Nothing happened, and the line is whole. */
  | { readonly beat: true }

/** Milliseconds between two beats; a page that hears nothing for three of them takes the server for gone. */
export const BEAT_MS = 20_000

/** The message as a call of the contract; null where it is none. Parameters are the handler's to check. */
export function asCall(message: unknown): CallMessage | null {
  if (typeof message !== 'object' || message === null) return null
  const { id, call, params } = message as Partial<Record<keyof CallMessage, unknown>>
  return Number.isSafeInteger(id) && isRpcId(call) ? { id: id as number, call, params } : null
}
