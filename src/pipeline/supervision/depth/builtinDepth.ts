/** The depth prior that needs no weights. */
import type { DepthProvider } from '../supervision.ts'

export function builtinDepth(): DepthProvider {
  return {
    id: 'parallax-0',
    async compute(context, _flow, size) {
      const depth = new Float32Array(context.frames.clip.frameCount * size.width * size.height).fill(1)
      context.onProgress?.(1, 1)
      return { ...size, depth, trust: 0 }
    },
  }
}
