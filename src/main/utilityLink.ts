/**
 * Starts Electron's utility processes and gives them the same line to the server that forked processes have. Not here:
 * what is said on it (shared/jobs.ts), the process's end (server/jobs/utilityChannel.ts).
 */
import { fileURLToPath } from 'node:url'
import { utilityProcess } from 'electron'
import type { ProcessLink } from '../server/jobs/jobChannel.ts'
import type { FromUtility, ToUtility } from '../server/jobs/utilityChannel.ts'

const STDERR_KEPT = 8_000

/** Starts a process from its built entry; `name` stands in the system's list of processes. */
export function utilityLink<Request extends object, Response extends object>(entry: URL, name: string): ProcessLink<Request, Response> {
  const child = utilityProcess.fork(fileURLToPath(entry), [], { serviceName: name, stdio: 'pipe' })
  // Messages sent before it runs are kept by Electron; an end asked for before it runs is ours to keep.
  let pid: number | undefined
  let killed = false
  let stderr = ''
  const keep = (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT))
  child.stderr?.on('data', keep)
  child.stdout?.on('data', keep)
  child.on('error', (type, location) => (stderr += `${type} at ${location}\n`))
  child.once('spawn', () => {
    pid = child.pid
    if (killed) end()
  })
  const post = (message: ToUtility<Request>) => child.postMessage(message)

  function end(): void {
    // kill() asks politely where there are signals, and a process that saves a checkpoint takes its time.
    if (process.platform === 'win32' || pid === undefined) child.kill()
    else
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself; 'exit' tells.
      }
  }

  return {
    get pid() {
      return pid
    },
    send: request => post({ request }),
    onResponse: listener =>
      void child.on('message', ({ number, response }: FromUtility<Response>) => {
        post({ arrived: number })
        listener(response)
      }),
    onExit: listener =>
      void child.once('exit', code => {
        pid = undefined
        listener({ exitCode: killed ? null : code, signal: killed ? 'SIGKILL' : null, stderr: stderr.trim() })
      }),
    kill() {
      killed = true
      end()
    },
  }
}
