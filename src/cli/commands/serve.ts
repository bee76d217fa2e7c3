/** `tapline serve`: the studio for a browser, on this machine or through a tunnel from another. Composition only. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TaplineError } from '../../shared/errors.ts'
import { forkDevice } from '../../server/devices/tryDevice.ts'
import { forkJob } from '../../server/jobs/jobChannel.ts'
import { createStudio } from '../../server/studio/studio.ts'
import { openFieldTracker } from '../../server/tracking/openFieldTracker.ts'
import { isLoopback } from '../../server/transports/access.ts'
import { serveToken } from '../../server/transports/serveToken.ts'
import { startWebServer } from '../../server/transports/webServer.ts'
import { userDataFolder } from '../../server/userData.ts'
import type { Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import type { Reporter } from '../reporter.ts'

const jobEntry = new URL('../../server/tracking/trackProcess.ts', import.meta.url)
const pageFolder = fileURLToPath(new URL('../../../out/renderer', import.meta.url))

/** Serves until it is interrupted; its jobs then save a checkpoint and go on when they are asked to. */
export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const port = args.number('port', 0, 65_535) ?? 0
  const host = args.text('host') ?? '127.0.0.1'
  const given = args.text('project')
  const home = userDataFolder()
  if (!existsSync(join(pageFolder, 'index.html')))
    throw new TaplineError('not-found', pageFolder, 'the page has not been built', 'Run "npm run build" in the clone, then try again.')
  const interrupts = watchInterrupts()
  const interrupted = new Promise<void>(done => interrupts.signal.addEventListener('abort', () => done(), { once: true }))
  const threads = args.number('threads', 1, 64) ?? availableParallelism()
  const studio = createStudio({ openField: openFieldTracker(), startJob: () => forkJob(jobEntry), startDevice: forkDevice, threads })
  try {
    const project = given === undefined ? null : await studio.handlers['project.open']({ folder: resolve(given) })
    const server = await startWebServer({ studio, host, port, token: await serveToken(port, home), pageFolder, uploadFolder: join(home, 'uploads') })
    try {
      const url = project ? `${server.url}#project=${encodeURIComponent(project.folder)}` : server.url
      if (!isLoopback(host))
        reporter.say(`Other machines can reach ${host}, and what passes is not encrypted: use it in networks that you trust only. An ssh tunnel needs no --host (npx tapline serve --help).`)
      reporter.print(`The studio is at ${url}`)
      reporter.result({ url, port: server.port })
      reporter.say('Ctrl-C ends it.')
      await interrupted
      reporter.say('Saving …')
      // First the studio: the pages hear how their jobs ended.
      await studio.close()
    } finally {
      await server.close()
    }
  } finally {
    await studio.close()
    interrupts.release()
  }
}
