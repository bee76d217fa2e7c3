/** Electron's entry: names the parts and starts. Everything testable is elsewhere. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { DeviceLink } from '../server/devices/tryDevice.ts'
import type { JobLink } from '../server/jobs/jobChannel.ts'
import { createStudio } from '../server/studio/studio.ts'
import type { FieldLink } from '../server/tracking/fieldMessages.ts'
import { openFieldTracker } from '../server/tracking/openFieldTracker.ts'
import { userDataFolder } from '../server/userData.ts'
import { startApp } from './startApp.ts'
import { utilityLink } from './utilityLink.ts'

// Entries and page lie beside this file once it is built.
const beside = (path: string) => new URL(path, import.meta.url)

const startJob = (): JobLink => utilityLink(beside('trackProcess.js'), 'Tapline tracking')
const startDevice = (): DeviceLink => utilityLink(beside('deviceProcess.js'), 'Tapline device')
const startField = (): FieldLink => utilityLink(beside('fieldProcess.js'), 'Tapline field')

void startApp({
  createStudio: () => createStudio({ openField: openFieldTracker(startField), startJob, startDevice, threads: availableParallelism() }),
  rendererFolder: fileURLToPath(beside('../renderer')),
  preload: fileURLToPath(beside('../preload/index.cjs')),
  icon: fileURLToPath(beside(process.platform === 'win32' ? '../../build/icon.ico' : '../../build/icon.png')),
  home: userDataFolder(),
  argv: process.argv,
})
