/**
 * The page's end of a line to the server: numbers calls, matches replies, hands out events. The same over a WebSocket and
 * over Electron's IPC. Not here: the line itself.
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import type { CallMessage, ServerMessage } from '../../shared/messages.ts'
import type { RpcClient, RpcReply, StudioEvent } from '../../shared/rpc.ts'

export interface Calls extends RpcClient {
  /** Takes a message of the server. */
  receive(message: ServerMessage): void
  /** The line is gone: every call that waits is answered with this. */
  fail(error: ErrorRecord): void
}

/** `send` puts a message on the line; the error it returns instead answers the call at once. */
export function createCalls(send: (message: CallMessage) => ErrorRecord | null): Calls {
  const waiting = new Map<number, (reply: RpcReply<unknown>) => void>()
  const listeners = new Set<(event: StudioEvent) => void>()
  let last = 0

  // What the server replies to a call is of the call's type: the contract on both sides is one file.
  const call = (id: CallMessage['call'], params: unknown) =>
    new Promise<RpcReply<unknown>>(resolve => {
      const number = ++last
      waiting.set(number, resolve)
      const error = send({ id: number, call: id, params })
      if (error) settle(number, { ok: false, error })
    })

  function settle(id: number, reply: RpcReply<unknown>): void {
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.(reply)
  }

  return {
    call: call as RpcClient['call'],
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receive(message) {
      if ('reply' in message) settle(message.id, message.reply)
      else if ('event' in message) for (const listener of listeners) listener(message.event)
    },
    fail(error) {
      for (const id of [...waiting.keys()]) settle(id, { ok: false, error })
    },
  }
}
