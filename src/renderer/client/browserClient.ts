/** The shell of `tapline serve`: everything from the server that the page itself came from. Not here: Electron's (electronClient.ts). */
import { imagePath } from '../../shared/studio/images.ts'
import { fetchPicture, reasonOf } from './pictures.ts'
import { openSocketLine } from './socketLine.ts'
import type { StudioClient } from './studioClient.ts'

/** Resolves when the server has been reached, or could not be: calls then say so, and it is tried again. */
export async function connectBrowser(): Promise<StudioClient> {
  const line = openSocketLine(() => new WebSocket(new URL('/rpc', location.href.replace(/^http/, 'ws'))))
  const reached = await line.opened
  return {
    shell: 'browser',
    call: line.call,
    subscribe: line.subscribe,
    onState(listener) {
      // Where it failed before anybody could listen.
      if (!reached) queueMicrotask(() => listener('lost'))
      return line.onState(listener)
    },
    imageUrl: imagePath,
    fetchImage: (request, signal) => fetchPicture(imagePath(request), signal),
    pathOfFile: uploadFile,
    pick: async () => 'in-page',
    reveal(path) {
      const link = document.createElement('a')
      link.href = `/download?${new URLSearchParams({ path })}`
      link.download = ''
      link.click()
    },
  }
}

/** Copies a file to the server. XMLHttpRequest, since fetch tells nothing of what has been sent. */
function uploadFile(file: File, progress: (share: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/upload?${new URLSearchParams({ name: file.name })}`)
    request.upload.addEventListener('progress', ({ loaded, total }) => progress(total > 0 ? loaded / total : 0))
    request.addEventListener('error', () => reject(new Error(`${file.name}: its upload broke off. Drop it again.`)))
    request.addEventListener('load', () => {
      if (request.status === 200) resolve((JSON.parse(request.responseText) as { path: string }).path)
      else void reasonOf({ status: request.status, text: async () => request.responseText }).then(reason => reject(new Error(reason)))
    })
    request.send(file)
  })
}
