/**
 * Run by the stand-in of Electron's utilityProcess: a forked Node in which the entry finds a parent port, as in a real
 * utility process. Its messages are events with `data`, and posting one tells nothing of its arrival.
 */
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

const port = Object.assign(new EventEmitter(), { postMessage: (message: unknown) => void process.send!(message) })
Object.assign(process, { parentPort: port })
process.on('message', data => port.emit('message', { data }))
// Without its main process, Electron ends a utility process.
process.on('disconnect', () => process.exit(0))

await import(pathToFileURL(process.argv[2]!).href)
