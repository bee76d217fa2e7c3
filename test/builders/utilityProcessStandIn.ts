/**
 * A stand-in of Electron's utilityProcess that really starts a process and passes real messages both ways, cloned as
 * Electron clones them. Not here: the other parts of Electron (electronStandIn.ts).
 */
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'

const bootstrap = fileURLToPath(new URL('./utilityEntry.ts', import.meta.url))

class UtilityProcess extends EventEmitter {
  readonly #child
  readonly #early: unknown[] = []
  #spawned = false
  pid: number | undefined

  constructor(modulePath: string, args: readonly string[]) {
    super()
    this.#child = fork(bootstrap, [modulePath, ...args], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] })
    this.#child.once('spawn', () => {
      this.#spawned = true
      this.pid = this.#child.pid
      this.emit('spawn')
      for (const message of this.#early.splice(0)) this.postMessage(message)
    })
    this.#child.on('message', message => this.emit('message', message))
    this.#child.once('exit', code => {
      this.pid = undefined
      // Electron gives a number whatever ended the process.
      this.emit('exit', code ?? 9)
    })
  }

  get stdout() {
    return this.#child.stdout
  }

  get stderr() {
    return this.#child.stderr
  }

  postMessage(message: unknown): void {
    if (!this.#spawned) this.#early.push(message)
    else if (this.#child.connected) this.#child.send(message as object, () => {})
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

export function utilityProcessStandIn() {
  const names: string[] = []
  return {
    names,
    fork(modulePath: string, args: readonly string[] = [], options: { serviceName?: string } = {}) {
      names.push(options.serviceName ?? '')
      return new UtilityProcess(modulePath, args)
    },
  }
}
