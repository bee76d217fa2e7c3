/**
 * Coordinate spaces and frames as types. One convention inside: raster pixels — (0,0) is the outer corner of the
 * first pixel, the centre of pixel (i,j) is (i+.5, j+.5), x right, y down. Not here: conversions of files, which
 * live beside their readers and writers.
 */
declare const space: unique symbol

/** A frame of a clip, counted from 0. */
export type FrameIndex = number & { readonly [space]?: 'frame' }
/** Interleaved x,y in raster pixels of the clip as the user sees it (rotation applied). */
export type ClipXY = Float32Array & { readonly [space]?: 'clip' }
/** Interleaved x,y in raster pixels of the working resolution that the tracker runs at. */
export type WorkXY = Float32Array & { readonly [space]?: 'work' }

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size at which tracking runs: the clip's own, or scaled down so that its long side is `longSide`; each side at least 16. */
export function workingSize(clip: Size, longSide: number): Size {
  const scale = Math.min(1, longSide / Math.max(clip.width, clip.height))
  const side = (n: number) => Math.max(16, Math.round(n * scale))
  return { width: side(clip.width), height: side(clip.height) }
}
