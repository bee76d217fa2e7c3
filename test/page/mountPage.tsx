/**
 * Opens a part of the page over a fake studio. An entry of the harness calls it with its component; numbers of the address (?tracks=1000)
 * make the document. What tests reach for is window.tests.
 */
import { StrictMode, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { runCommand } from '../../src/renderer/commands/registry.ts'
import { useApp } from '../../src/renderer/state/appStore.ts'
import { useDocument } from '../../src/renderer/state/documentStore.ts'
import { useJobs } from '../../src/renderer/state/jobStore.ts'
import { openProject, startSession } from '../../src/renderer/state/session.ts'
import { useView } from '../../src/renderer/state/viewStore.ts'
import { defaultFake, type FakeVideo } from './fakeDocument.ts'
import { createFakeStudio, type FakeStudio } from './fakeStudio.ts'
import '../../src/renderer/theme.css'
import '../../src/renderer/app.css'

export interface PageTests {
  readonly fake: FakeStudio
  readonly view: typeof useView
  readonly document: typeof useDocument
  readonly app: typeof useApp
  readonly jobs: typeof useJobs
  readonly runCommand: typeof runCommand
}

declare global {
  interface Window {
    tests: PageTests
  }
}

function fromAddress(): Partial<FakeVideo> {
  const given = new URLSearchParams(location.search)
  const numbers = (['tracks', 'frames', 'width', 'height', 'fps'] as const).filter(name => given.has(name)).map(name => [name, Number(given.get(name))])
  const flags = (['variableRate', 'fitted'] as const).filter(name => given.has(name)).map(name => [name, given.get(name) === 'true'])
  return { ...defaultFake, ...Object.fromEntries([...numbers, ...flags]) as Partial<FakeVideo> }
}

/** Mounts `content` in #root; with ?video=none, over no document. */
export async function mountPage(content: ReactNode): Promise<FakeStudio> {
  const fake = createFakeStudio(fromAddress())
  startSession(fake.client, { onCommand: runCommand, onFile: () => {} })
  window.tests = { fake, view: useView, document: useDocument, app: useApp, jobs: useJobs, runCommand }
  if (new URLSearchParams(location.search).get('video') !== 'none') await openProject(`/fake/${fake.video.width}x${fake.video.height}`)
  createRoot(document.getElementById('root')!).render(<StrictMode>{content}</StrictMode>)
  return fake
}
