/**
 * One page at the other end of a line: its calls answered, the studio's events passed on in their order. The same for
 * WebSockets and Electron's IPC. Not here: the line itself, and who may be at its end.
 */
import { asCall, type ServerMessage } from '../../shared/messages.ts'
import { answer, type RpcHandlers, type StudioEvent } from '../../shared/rpc.ts'

/** What a line needs of the studio. */
export interface PeerStudio {
  readonly handlers: RpcHandlers
  subscribe(listener: (event: StudioEvent) => void): () => void
}

export interface PeerLine {
  send(message: ServerMessage): void
  /** True while so much waits to be sent that passing states are left out. */
  congested(): boolean
}

export interface Peer {
  /** Takes a message of the page; false where it is none of the contract, and the line should end. */
  receive(message: unknown): boolean
  /** The page is gone: nothing more is sent. */
  close(): void
}

export function servePeer(studio: PeerStudio, line: PeerLine): Peer {
  let open = true
  const unsubscribe = studio.subscribe(event => {
    if (!(isPassing(event) && line.congested())) line.send({ event })
  })
  return {
    receive(message) {
      const call = asCall(message)
      if (!call) return false
      void answer(studio.handlers, call.call, call.params as null).then(reply => {
        if (open) line.send({ id: call.id, reply })
      })
      return true
    },
    close() {
      open = false
      unsubscribe()
    },
  }
}

/** States that the next of their kind replaces. Whoever misses a change of a document, or the end of a job, is wrong for good. */
function isPassing(event: StudioEvent): boolean {
  return event.kind === 'progress' && ['progress', 'step', 'preview'].includes(event.message.kind)
}
