/** Scenes whose flow is exact, and how far a flow is from it. For the page and for Node: both render the same pictures. */
import { exactFlow, still } from '../../builders/layerScene.ts'
import type { LayerScene } from '../../builders/layerScene.ts'

const size = { width: 101, height: 74 }
const centre = { ...still, cx: 50, cy: 37 }

export const flowScenes: Readonly<Record<string, LayerScene>> = {
  'a turn and a zoom': { ...size, background: t => ({ ...centre, angle: 0.08 * t, scale: 1 + 0.05 * t, dx: 2 * t }) },
  'a layer over another': {
    ...size, background: t => ({ ...centre, angle: 0.01 * t, dx: -2.3 * t }), foreground: t => ({ ...centre, angle: -0.05 * t, dx: 5 * t, dy: 2.5 * t }), radius: 20,
  },
}

/** In pixels, over what both frames see. */
export function meanError(flow: Float32Array, scene: LayerScene): number {
  const exact = exactFlow(scene, 0, 1)
  let [sum, seen] = [0, 0]
  for (let k = 0; k < exact.seen.length; k++) {
    if (exact.seen[k] !== 1) continue
    sum += Math.hypot(flow[2 * k] - exact.flow[2 * k], flow[2 * k + 1] - exact.flow[2 * k + 1])
    seen++
  }
  return sum / seen
}
