/** Pictures that the server draws for the studio. Travel outside the contract's calls: by their own address, in parallel. */
import type { FrameIndex } from '../units.ts'
import type { VideoRef } from './document.ts'

/**
 * frame: the clip's frame, exact; thumb: at most `side` px high; flow: colour wheel of the motion to the next frame; depth: the field's
 * depth, near is bright; cycle: where forward-backward flow disagrees.
 */
export const imageKinds = ['frame', 'thumb', 'flow', 'depth', 'cycle'] as const
export type ImageKind = (typeof imageKinds)[number]

export interface ImageRequest extends VideoRef {
  readonly frame: FrameIndex
  readonly kind: ImageKind
  /** Height of a thumbnail, px. */
  readonly side?: number
}

export interface ImageReply {
  readonly mime: 'image/jpeg' | 'image/png' | 'image/webp'
  readonly bytes: Uint8Array
}

/** Path and query of an image's address, the same in both shells. */
export function imagePath({ project, video, frame, kind, side }: ImageRequest): string {
  const query = new URLSearchParams({ project, video: String(video), frame: String(frame), kind, ...(side !== undefined && { side: String(side) }) })
  return `/image?${query}`
}

/** The request that an address stands for; null where it is none. */
export function parseImagePath(address: URL): ImageRequest | null {
  if (address.pathname !== '/image') return null
  const get = (name: string) => address.searchParams.get(name)
  const count = (name: string) => (/^\d{1,9}$/.test(get(name) ?? '') ? Number(get(name)) : null)
  const project = get('project')
  const video = count('video')
  const frame = count('frame')
  const side = count('side')
  const kind = imageKinds.find(name => name === get('kind'))
  if (!project || video === null || frame === null || !kind) return null
  return { project, video, frame, kind, ...(side !== null && { side }) }
}
