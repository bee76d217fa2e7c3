/**
 * The contract over WebSocket: binary frames of shared/wire.ts, each one message of shared/messages.ts. Not here: who may
 * connect (access.ts), what a message does (servePeer.ts).
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { BEAT_MS, type ServerMessage } from '../../shared/messages.ts'
import { decodeMessage, encodeMessage } from '../../shared/wire.ts'
import { servePeer, type PeerStudio } from './servePeer.ts'

/** The largest gesture (thousands of points) is far below; what is above is a mistake. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
/** Waiting to be sent to one page: from here on passing states are left out, */
const CONGESTED_BYTES = 4 * 1024 * 1024
/** and here the page has stopped reading: it is cut off, and reads everything anew when it comes back. */
const LOST_BYTES = 512 * 1024 * 1024

/** A page that does not answer the farewell is cut off. */
const CLOSE_GRACE_MS = 500

/** Closing codes of RFC 6455. */
const closing = { goingAway: 1001, notBinary: 1003, malformed: 1007 } as const

export interface RpcSockets {
  /** Takes over a connection that asked to become a WebSocket and was allowed to. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every page that the server ends. */
  close(): Promise<void>
}

export function rpcSockets(studio: PeerStudio, beatMs = BEAT_MS): RpcSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, clientTracking: true })
  const answering = new WeakSet<WebSocket>()

  function serve(socket: WebSocket): void {
    const peer = servePeer(studio, {
      send: message => send(socket, message),
      congested: () => socket.bufferedAmount > CONGESTED_BYTES,
    })
    answering.add(socket)
    socket.on('pong', () => answering.add(socket))
    socket.on('message', (data, isBinary) => {
      if (!isBinary) return socket.close(closing.notBinary, 'messages are binary')
      let message: unknown
      try {
        message = decodeMessage(data as Buffer)
      } catch {
        return socket.close(closing.malformed, 'not a message of Tapline')
      }
      if (!peer.receive(message)) socket.close(closing.malformed, 'not a request of Tapline')
    })
    socket.on('close', peer.close)
    // What broke the line; 'close' follows.
    socket.on('error', () => {})
  }

  function send(socket: WebSocket, message: ServerMessage): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > LOST_BYTES) socket.terminate()
    else socket.send(encodeMessage(message), { binary: true })
  }

  const beat = setInterval(() => {
    for (const socket of server.clients) {
      if (!answering.delete(socket)) socket.terminate()
      else {
        socket.ping()
        send(socket, { beat: true })
      }
    }
  }, beatMs)
  beat.unref()

  return {
    accept: (request, socket, head) => server.handleUpgrade(request, socket, head, serve),
    async close() {
      clearInterval(beat)
      for (const socket of server.clients) socket.close(closing.goingAway, 'the server ends')
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      const cut = setTimeout(() => server.clients.forEach(socket => socket.terminate()), CLOSE_GRACE_MS)
      await closed
      clearTimeout(cut)
    },
  }
}
