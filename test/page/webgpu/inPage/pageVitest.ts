/** `vitest` of the page: its own runner and matchers, which need no Node, so that a suite written for it runs in a browser as it is. */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect'
import { startTests } from '@vitest/runner'
import type { Task, VitestRunner, VitestRunnerConfig } from '@vitest/runner'

export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@vitest/runner'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)
export const expect = chai.expect

// The one thing of Node that suites use: bytes compared.
const bytes = (buffer: ArrayBuffer) => ({ of: new Uint8Array(buffer), equals: (other: { of: Uint8Array }) => chai.util.eql(new Uint8Array(buffer), other.of) })
Object.assign(globalThis, { Buffer: { from: bytes } })

export interface SuiteReport {
  readonly passed: readonly string[]
  /** With what went wrong. */
  readonly failed: readonly string[]
}

const minutes = 60_000
const config: VitestRunnerConfig = {
  root: '/', setupFiles: [], name: undefined, passWithNoTests: false, testNamePattern: undefined, allowOnly: false,
  sequence: { seed: 1, hooks: 'stack', setupFiles: 'list' }, chaiConfig: undefined, maxConcurrency: 1, testTimeout: 10 * minutes, hookTimeout: 10 * minutes,
  retry: 0, includeTaskLocation: false, tags: [], tagsFilter: undefined, strictTags: false,
}

/** Runs those tests of a file, imported by `load`, whose full names match. */
export async function runSuite(load: () => Promise<unknown>, names: RegExp): Promise<SuiteReport> {
  const runner: VitestRunner = { config: { ...config, testNamePattern: names }, importFile: load, pool: 'page' }
  const report = { passed: [] as string[], failed: [] as string[] }
  const gather = (task: Task, of: string): void => {
    const name = `${of}${task.name}`
    const errors = task.result?.errors?.map(error => error.message).join('; ')
    if (task.type === 'suite') {
      if (errors) report.failed.push(`${name}: ${errors}`)
      for (const inner of task.tasks) gather(inner, task.type === 'suite' && 'filepath' in task ? '' : `${name} > `)
    } else if (task.result?.state === 'pass') report.passed.push(name)
    else if (task.mode === 'run' || errors) report.failed.push(`${name}: ${errors ?? task.result?.state ?? 'did not run'}`)
  }
  for (const file of await startTests(['/suite'], runner)) gather(file, '')
  return report
}
