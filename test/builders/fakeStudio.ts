/** A studio for tests of the shells: handlers that a test gives, events that it tells. Not here: the real one (server/studio). */
import { TaplineError } from '../../src/shared/errors.ts'
import type { RpcHandlers, StudioEvent } from '../../src/shared/rpc.ts'
import type { ImageReply, ImageRequest } from '../../src/shared/studio/images.ts'

export function fakeStudio(handlers: Partial<RpcHandlers> = {}) {
  const listeners = new Set<(event: StudioEvent) => void>()
  const asked: { request: ImageRequest; signal: AbortSignal | undefined }[] = []
  const downloads = new Set<string>()
  return {
    handlers: handlers as RpcHandlers,
    subscribe(listener: (event: StudioEvent) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Frame 404 does not exist; frame 1000 is never done. */
    async image(request: ImageRequest, signal?: AbortSignal): Promise<ImageReply> {
      asked.push({ request, signal })
      if (request.frame === 404) throw new TaplineError('not-found', 'frame 404', 'the clip has 40 frames', 'Ask for another.')
      if (request.frame === 1000) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
      return { mime: 'image/png', bytes: Uint8Array.of(137, 80, 78, 71, request.frame) }
    },
    mayDownload: (path: string) => downloads.has(path),
    close: async () => {},
    tell(event: StudioEvent) {
      for (const listener of listeners) listener(event)
    },
    listeners,
    asked,
    downloads,
  }
}

export type FakeStudio = ReturnType<typeof fakeStudio>
