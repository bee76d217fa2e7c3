/** A textured cloth waving in the wind before a wall: non-rigid, with folds that hide parts of it and change their shade. */
import { identity, lookAt } from '../pose.ts'
import type { Vec3 } from '../pose.ts'
import type { SceneRecipe } from '../scene.ts'
import { busyTexture } from '../texture.ts'
import { room } from './room.ts'

const WIDTH = 3.1
const HEIGHT = 2.2
const DISTANCE = 5

export const cloth: SceneRecipe = {
  name: 'cloth',
  describe: 'A textured cloth hangs from its upper edge and waves; folds hide parts of it, and shade moves mildly with them.',
  fixedLight: false,
  build(random) {
    const waves = Array.from({ length: 4 }, (_, k) => {
      const direction = random.between(-0.7, 0.7) + (k % 2 ? Math.PI : 0)
      const length = random.between(0.8, 1.9)
      return {
        kx: (Math.cos(direction) * 2 * Math.PI) / length,
        ky: (Math.sin(direction) * Math.PI) / length,
        speed: random.between(0.12, 0.26),
        phase: random.between(0, 2 * Math.PI),
        depth: 0.1 * length * random.between(0.8, 1.3),
        along: 0.05 * length * random.between(0.8, 1.3),
      }
    })
    const sway = random.between(0.12, 0.2)
    const swayPeriod = random.between(9, 13)
    const at = (t: number, u: number, v: number): Vec3 => {
      // Pinned above, free below.
      const free = Math.min(1, 0.12 + 1.1 * v)
      const x0 = (u - 0.5) * WIDTH
      const y0 = (v - 0.5) * HEIGHT
      let x = x0 + sway * free * Math.sin(t / swayPeriod)
      let y = y0 + 0.06 * free * Math.sin(t / 7 + 3 * u)
      let z = DISTANCE + 0.15 * free * Math.sin(t / 10 + 2 * u)
      for (const w of waves) {
        const angle = w.kx * x0 + w.ky * y0 - w.speed * t + w.phase
        z += free * w.depth * Math.sin(angle)
        x += free * w.along * Math.cos(angle)
        y += free * 0.3 * w.along * Math.sin(angle + 1)
      }
      return [x, y, z]
    }
    const camera = lookAt([random.between(-0.9, 0.9), random.between(-0.5, 0.2), 0], [0, 0, DISTANCE])
    return {
      objects: [
        room(busyTexture(random, 48, 512), random.between(-0.2, 0.2)),
        {
          name: 'cloth',
          shape: { kind: 'cloth', columns: 62, rows: 44, width: WIDTH, height: HEIGHT, at },
          texture: busyTexture(random, 82),
          poseAt: () => ({ rotation: identity, position: [0, 0, 0] }),
          light: [0.55, -0.45, -0.7],
          shading: 0.35,
        },
      ],
      cameraAt: () => camera,
      fovDegrees: 40,
    }
  },
}
