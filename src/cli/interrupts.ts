/** Ctrl-C: the first asks to stop, a second one stops at once. Not here: what stopping means to a command. */

/** A terminal, npm and the starter each pass on one Ctrl-C: what comes this soon after the first is the same. */
const ECHO_MS = 500
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupts {
  /** Aborted by the first. */
  readonly signal: AbortSignal
  /** Signals act as they did before. */
  release(): void
}

/** Until released, signals to stop go to `signal`; the second ends the process with 130 after `kill`. */
export function watchInterrupts(kill: () => void = () => {}): Interrupts {
  const controller = new AbortController()
  let firstAt = 0
  const onSignal = () => {
    if (!controller.signal.aborted) {
      firstAt = performance.now()
      controller.abort()
    } else if (performance.now() - firstAt > ECHO_MS) {
      kill()
      process.exit(130)
    }
  }
  for (const name of signals) process.on(name, onSignal)
  return {
    signal: controller.signal,
    release: () => {
      for (const name of signals) process.off(name, onSignal)
    },
  }
}
