/**
 * The two schemes of the desktop app: tapline://app/ serves the built page, tapline-frame://studio/ pictures of open
 * projects. Schemes of our own, since file:// pages have no origin to check a sender against, no response headers, and
 * could read any file. Not here: files and headers (server/transports), the pictures (server/studio).
 */
import { imageOrigin } from '../shared/shellBridge.ts'
import { pageFiles, refusal } from '../server/transports/pageFiles.ts'
import { studioImage, type ImageStudio } from '../server/transports/studioImages.ts'

const origin = new URL(imageOrigin)
export const schemes = { page: 'tapline', images: origin.protocol.slice(0, -1) } as const
export const pageOrigin = `${schemes.page}://app`
export const pageUrl = `${pageOrigin}/index.html`

/** Asked of Electron before it is ready: an origin, a secure context, fetch and module scripts. */
export const schemePrivileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true } as const

/** Answers requests for the page's files. */
export function servePage(folder: string): (request: Request) => Promise<Response> {
  return pageFiles(folder, `${schemes.images}:`)
}

/** Answers requests for pictures, so that our page, and no other, can read them. */
export function serveImages(studio: ImageStudio): (request: Request) => Promise<Response> {
  return async request => {
    const address = URL.parse(request.url)
    if (request.method !== 'GET' || address?.host !== origin.host) return refusal(404, 'no such picture')
    const answer = await studioImage(studio, address, request.signal)
    answer.headers.set('access-control-allow-origin', pageOrigin)
    answer.headers.set('cross-origin-resource-policy', 'cross-origin')
    return answer
  }
}
