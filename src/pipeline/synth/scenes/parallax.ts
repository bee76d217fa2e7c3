/** Moving camera, three boxes and a ball that occlude one another and the room behind them. */
import { lookAt, pose } from '../pose.ts'
import type { SceneObject, SceneRecipe } from '../scene.ts'
import { busyTexture } from '../texture.ts'
import { FLOOR, room } from './room.ts'

export const parallax: SceneRecipe = {
  name: 'parallax',
  describe: 'A camera moves past three boxes and a rolling ball that occlude one another and the room.',
  fixedLight: true,
  build(random) {
    const depths = [4.2, 5.3, 6.6]
    const places = [-0.75, 0.65, -0.1].map(x => x * random.between(0.8, 1.25))
    if (random.next() < 0.5) places.reverse()
    const boxes = depths.map((z, k): SceneObject => {
      const half = [random.between(0.22, 0.38), random.between(0.35, 0.75), random.between(0.2, 0.35)] as const
      const at = pose([places[k], FLOOR - half[1] - (k === 0 ? 0.5 : 0.3), z], random.between(-0.7, 0.7), 0, random.between(-0.08, 0.08))
      return {
        name: `box ${k + 1}`,
        shape: { kind: 'box', half },
        texture: busyTexture(random, 92 - 10 * k),
        poseAt: () => at,
        light: [0.5, -0.7, -0.5],
        shading: 0.5,
      }
    })
    const radius = random.between(0.3, 0.42)
    const side = random.sign()
    const speed = random.between(0.018, 0.028) * side
    const ballDepth = random.between(4.9, 5.9)
    const ball: SceneObject = {
      name: 'ball',
      shape: { kind: 'ball', radius },
      texture: busyTexture(random, 85),
      poseAt: frame => {
        // Rolls without slipping, to and fro.
        const x = -side * 0.5 + ((speed * 90) / 6.28) * Math.sin((frame * 6.28) / 90)
        return pose([x, FLOOR - 0.35 - radius, ballDepth], 0, 0, x / radius)
      },
      light: [0.2, -0.8, -0.55],
      shading: 0.35,
    }
    const amplitude = random.between(1, 1.3) * random.sign()
    const phase = random.between(-0.3, 0.3)
    const rise = random.between(-0.25, 0.25)
    const follow = random.between(0.2, 0.45)
    return {
      objects: [room(busyTexture(random, 48, 512), random.between(-0.2, 0.2)), ...boxes, ball],
      cameraAt: frame => {
        const x = -amplitude * Math.cos((frame * Math.PI) / 44 + phase)
        const eye = [x, 0.15 + rise * Math.sin(frame / 17), 0.15 * Math.sin(frame / 23)] as const
        return lookAt(eye, [follow * x, 0.65, 5.6])
      },
      fovDegrees: 40,
    }
  },
}
