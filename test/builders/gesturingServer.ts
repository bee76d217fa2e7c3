/** A process that makes gestures from number n on until it is killed, for the test that kills it; tells each one that was acknowledged. */
import { writeSync } from 'node:fs'
import { openProject } from '../../src/server/db/project.ts'
import { gesture, gesturingSession } from './gesturing.ts'

const [folder, first] = process.argv.slice(2)
const session = await gesturingSession(openProject(folder))
writeSync(1, 'open\n')
for (let n = Number(first); ; n++) {
  await gesture(session, n)
  writeSync(1, `${n}\n`)
}
