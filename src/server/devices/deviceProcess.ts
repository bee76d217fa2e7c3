/** Entry of a process that tries one device: a driver that dies takes this process with it and nothing else. */
import { processChannel } from '../jobs/jobChannel.ts'
import type { DeviceAnswer, DeviceQuestion } from './tryDevice.ts'
import { examine } from './examine.ts'

const channel = processChannel<DeviceQuestion, DeviceAnswer>()
channel.onRequest(question => {
  void examine(question).then(async answer => {
    await channel.send(answer)
    process.exit(0)
  })
})
channel.onClosed(() => process.exit(0))
// Ctrl+C in a terminal reaches the whole group of processes: the server decides.
process.on('SIGINT', () => {})
