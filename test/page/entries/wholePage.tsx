/** The whole page over the fake studio: the start screen, or with #project=… the workspace. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '../../../src/renderer/App.tsx'
import { isChecked, runCommand, unregistered } from '../../../src/renderer/commands/registry.ts'
import { useApp } from '../../../src/renderer/state/appStore.ts'
import { useDocument } from '../../../src/renderer/state/documentStore.ts'
import { useJobs } from '../../../src/renderer/state/jobStore.ts'
import { useView } from '../../../src/renderer/state/viewStore.ts'
import { commands } from '../../../src/shared/commands.ts'
import { TaplineError, type ErrorRecord } from '../../../src/shared/errors.ts'
import type { RpcHandlers, RpcId } from '../../../src/shared/rpc.ts'
import { defaultFake } from '../fakeDocument.ts'
import { createFakeStudio } from '../fakeStudio.ts'
import type { PageTests } from '../mountPage.tsx'
import '../../../src/renderer/theme.css'
import '../../../src/renderer/app.css'

export interface WholePageTests extends PageTests {
  readonly unregistered: typeof unregistered
  readonly isChecked: typeof isChecked
  /** Of every command. */
  readonly labels: readonly string[]
  /** Answers that take the place of the fake's own, from now on. */
  answer(handlers: Partial<RpcHandlers>): void
  /** Requests of this id fail from now on. */
  fail(id: RpcId, error: ErrorRecord): void
}

const given = new URLSearchParams(location.search)
const numbers = (['tracks', 'frames', 'width', 'height'] as const).filter(name => given.has(name)).map(name => [name, Number(given.get(name))])
const fake = createFakeStudio({ ...defaultFake, ...Object.fromEntries(numbers) })
const tests: WholePageTests = {
  fake,
  view: useView,
  document: useDocument,
  app: useApp,
  jobs: useJobs,
  runCommand,
  unregistered,
  isChecked,
  labels: Object.values(commands).map(({ label }) => label),
  answer: handlers => void Object.assign(fake.answers, handlers),
  fail: (id, error) => void Object.assign(fake.answers, { [id]: () => Promise.reject(TaplineError.fromRecord(error)) }),
}
window.tests = tests
if (given.has('open')) location.hash = new URLSearchParams({ project: `/fake/${fake.video.width}x${fake.video.height}` }).toString()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App connection={Promise.resolve(fake.client)} />
  </StrictMode>,
)
