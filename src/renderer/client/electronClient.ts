/** The desktop shell: calls over Electron's IPC, pictures by a scheme of our own, native dialogs. Not here: a browser's (browserClient.ts). */
import { imageOrigin, type ShellBridge } from '../../shared/shellBridge.ts'
import { imagePath, type ImageRequest } from '../../shared/studio/images.ts'
import { createCalls } from './calls.ts'
import { fetchPicture } from './pictures.ts'
import type { StudioClient } from './studioClient.ts'

export function connectElectron(bridge: ShellBridge): StudioClient {
  const calls = createCalls(message => {
    bridge.send(message)
    return null
  })
  bridge.onMessage(calls.receive)
  const imageUrl = (request: ImageRequest) => `${imageOrigin}${imagePath(request)}`
  return {
    shell: 'electron',
    call: calls.call,
    subscribe: calls.subscribe,
    // Window and server live and end together.
    onState: () => () => {},
    imageUrl,
    fetchImage: (request, signal) => fetchPicture(imageUrl(request), signal),
    async pathOfFile(file) {
      const path = bridge.pathOfFile(file)
      if (!path) throw new Error(`${file.name}: it is not a file of this machine. Save it, then drop it.`)
      return path
    },
    pick: (kind, suggestion) => bridge.pick(kind, suggestion),
    reveal: path => bridge.reveal(path),
  }
}
