/**
 * The contract over a WebSocket that comes back by itself: after the server is restarted, after the computer slept, after
 * an ssh tunnel broke. Not here: what the page does then (it reads everything anew), images and files (browserClient.ts).
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import { BEAT_MS, type ServerMessage } from '../../shared/messages.ts'
import type { RpcClient } from '../../shared/rpc.ts'
import { decodeMessage, encodeMessage } from '../../shared/wire.ts'
import { createCalls } from './calls.ts'
import type { ConnectionState } from './studioClient.ts'

/** Between attempts to come back: the first is quick, then they become rarer. */
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

const lost: ErrorRecord = {
  code: 'busy',
  subject: 'Tapline',
  reason: 'the connection to its server is lost',
  next: 'It comes back by itself as soon as "tapline serve" runs again at this address; everything saved before is kept.',
}

export interface SocketLine extends RpcClient {
  /** True once the server has been reached, false when the first attempt failed. */
  readonly opened: Promise<boolean>
  onState(listener: (state: ConnectionState) => void): () => void
  /** Ends it for good. */
  close(): void
}

/** `open` starts a connection to /rpc; `beatMs`: how often the server lets hear of itself at least. */
export function openSocketLine(open: () => WebSocket, beatMs = BEAT_MS): SocketLine {
  const listeners = new Set<(state: ConnectionState) => void>()
  const opened = Promise.withResolvers<boolean>()
  let socket: WebSocket
  let state: ConnectionState = 'reconnecting'
  let waitMs = FIRST_WAIT_MS
  let heardAt = 0
  let ended = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const calls = createCalls(message => {
    if (socket.readyState !== WebSocket.OPEN) return lost
    socket.send(encodeMessage(message))
    return null
  })

  function connect(): void {
    // Each connection answers for itself only: a late 'close' of one that was given up must not end the next.
    const own = open()
    own.binaryType = 'arraybuffer'
    own.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS
      heardAt = performance.now()
      opened.resolve(true)
      enter('connected')
    })
    own.addEventListener('message', ({ data }) => {
      heardAt = performance.now()
      calls.receive(decodeMessage(new Uint8Array(data as ArrayBuffer)) as ServerMessage)
    })
    own.addEventListener('close', () => {
      if (own === socket) lose()
    })
    socket = own
  }

  function lose(): void {
    opened.resolve(false)
    calls.fail(lost)
    if (ended) return
    enter('lost')
    retry = setTimeout(() => {
      enter('reconnecting')
      connect()
    }, waitMs)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }

  /** A line can be dead without having ended: what was sent into it is never answered. */
  const watch = setInterval(() => {
    if (state !== 'connected' || performance.now() - heardAt < 3 * beatMs) return
    const dead = socket
    connect()
    dead.close()
    calls.fail(lost)
    enter('reconnecting')
  }, beatMs)

  function enter(next: ConnectionState): void {
    state = next
    for (const listener of listeners) listener(next)
  }

  connect()
  return {
    opened: opened.promise,
    call: calls.call,
    subscribe: calls.subscribe,
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      ended = true
      clearTimeout(retry)
      clearInterval(watch)
      socket.close()
    },
  }
}
