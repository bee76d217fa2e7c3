/**
 * The two ends of the line between the server and a process that works for it, for processes forked by Node. Electron's utility
 * processes give the same two interfaces over their message port. Not here: what is said (shared/jobs.ts, tracking/fieldMessages.ts).
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { JobRequest, JobResponse } from '../../shared/jobs.ts'
import { parentPort, utilityChannel } from './utilityChannel.ts'

/** The process's end. */
export interface ProcessChannel<Request, Response> {
  /** Resolves when the message has left this process. */
  send(response: Response): Promise<void>
  onRequest(listener: (request: Request) => void): void
  /** The server is gone. */
  onClosed(listener: () => void): void
}

export interface ProcessExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** The end of what it wrote to standard error; why it could not be started. */
  readonly stderr: string
}

/** The server's end. */
export interface ProcessLink<Request, Response> {
  readonly pid: number | undefined
  send(request: Request): void
  onResponse(listener: (response: Response) => void): void
  /** Called once, after the last response. */
  onExit(listener: (exit: ProcessExit) => void): void
  /** Ends the process at once (SIGKILL). */
  kill(): void
}

/** The two ends of a tracking job. */
export type JobChannel = ProcessChannel<JobRequest, JobResponse>
export type JobLink = ProcessLink<JobRequest, JobResponse>

/** The end of a process started by `forkProcess`, or as Electron's utility process. */
export function processChannel<Request extends object, Response extends object>(): ProcessChannel<Request, Response> {
  const port = parentPort()
  if (port) return utilityChannel(port)
  return {
    // An error means that the server is gone: onClosed tells that.
    send: (response) => new Promise((resolve) => (process.connected ? process.send!(response, undefined, undefined, () => resolve()) : resolve())),
    onRequest: (listener) => void process.on('message', listener),
    onClosed: (listener) => void process.once('disconnect', listener),
  }
}

const STDERR_KEPT = 8_000

/** Starts a process from its entry module. Typed arrays pass as they are (structured clone). */
export function forkProcess<Request extends object, Response extends object>(entry: URL, env: Readonly<Record<string, string>> = {}): ProcessLink<Request, Response> {
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

/** Starts a tracking process. */
export function forkJob(entry: URL, env?: Readonly<Record<string, string>>): JobLink {
  return forkProcess(entry, env)
}
