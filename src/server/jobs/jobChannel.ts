/**
 * The two ends of the line between the server and a tracking process, for processes forked by Node. Electron's utility
 * processes give the same two interfaces over their message port. Not here: what is said (shared/jobs.ts).
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { JobRequest, JobResponse } from '../../shared/jobs.ts'

/** The process's end. */
export interface JobChannel {
  /** Resolves when the message has left this process. */
  send(response: JobResponse): Promise<void>
  onRequest(listener: (request: JobRequest) => void): void
  /** The server is gone. */
  onClosed(listener: () => void): void
}

export interface JobExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** The end of what it wrote to standard error; why it could not be started. */
  readonly stderr: string
}

/** The server's end. */
export interface JobLink {
  readonly pid: number | undefined
  send(request: JobRequest): void
  onResponse(listener: (response: JobResponse) => void): void
  /** Called once, after the last response. */
  onExit(listener: (exit: JobExit) => void): void
  /** Ends the process at once (SIGKILL). */
  kill(): void
}

/** The end of a process started by `forkJob`. */
export function processChannel(): JobChannel {
  return {
    // An error means that the server is gone: onClosed tells that.
    send: (response) => new Promise((resolve) => (process.connected ? process.send!(response, undefined, undefined, () => resolve()) : resolve())),
    onRequest: (listener) => void process.on('message', listener),
    onClosed: (listener) => void process.once('disconnect', listener),
  }
}

const STDERR_KEPT = 8_000

/** Starts a tracking process from its entry module. Typed arrays pass as they are (structured clone). */
export function forkJob(entry: URL, env: Readonly<Record<string, string>> = {}): JobLink {
  const child = fork(fileURLToPath(entry), { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [], env: { ...process.env, ...env } })
  let stderr = ''
  const keep = (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT))
  child.stderr!.on('data', keep)
  child.stdout!.on('data', keep)
  return {
    pid: child.pid,
    send: (request) => void (child.connected && child.send(request, () => {})),
    onResponse: (listener) => void child.on('message', listener),
    onExit(listener) {
      // A response may still be under way when the process has ended: its end and the channel's are both awaited.
      let open = child.pid === undefined ? 1 : 2
      const part = () => {
        if (--open === 0) listener({ exitCode: child.exitCode, signal: child.signalCode, stderr: stderr.trim() })
      }
      child.once('close', part)
      child.once('disconnect', part)
      child.once('error', (error) => {
        stderr += String(error)
        if (child.pid === undefined) part()
      })
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
