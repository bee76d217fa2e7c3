/**
 * The process's end of the line to an Electron main process that forked it as a utility process. Its message port says
 * neither when a message has arrived nor keeps the process alive until then: each message is numbered, and confirmed by
 * the other end (main/utilityLink.ts). Not here: processes forked by Node (jobChannel.ts), Electron itself.
 */
import type { ProcessChannel } from './jobChannel.ts'

/** What Electron puts on `process` in a utility process. */
export interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  postMessage(message: unknown): void
}

export type ToUtility<Request> = { readonly request: Request } | { readonly arrived: number }
export interface FromUtility<Response> {
  readonly number: number
  readonly response: Response
}

/** The port, in a utility process. */
export function parentPort(): ParentPort | undefined {
  return (process as { readonly parentPort?: ParentPort }).parentPort
}

export function utilityChannel<Request, Response>(port: ParentPort): ProcessChannel<Request, Response> {
  const listeners: ((request: Request) => void)[] = []
  const underWay = new Map<number, () => void>()
  let sent = 0
  port.on('message', ({ data }) => {
    const message = data as ToUtility<Request>
    if ('request' in message) for (const listener of listeners) listener(message.request)
    else {
      underWay.get(message.arrived)?.()
      underWay.delete(message.arrived)
    }
  })
  return {
    send: response =>
      new Promise(resolve => {
        const number = ++sent
        underWay.set(number, resolve)
        port.postMessage({ number, response } satisfies FromUtility<Response>)
      }),
    onRequest: listener => void listeners.push(listener),
    // Electron ends its utility processes when it ends.
    onClosed: () => {},
  }
}
