/** A fast, shaking camera before objects that spin. */
import { pose } from '../pose.ts'
import type { SceneObject, SceneRecipe, Shape } from '../scene.ts'
import { busyTexture } from '../texture.ts'
import { room } from './room.ts'

export const fast: SceneRecipe = {
  name: 'fast',
  describe: 'A camera that pans and shakes at 5 to 15 pixels a frame before spinning objects.',
  fixedLight: true,
  build(random) {
    const spinner = (name: string, shape: Shape, x: number, y: number, z: number): SceneObject => {
      const spin = random.between(0.07, 0.13) * random.sign()
      const roll = random.between(-0.05, 0.05)
      const start = random.between(-Math.PI, Math.PI)
      const sway = random.between(0.05, 0.2)
      return {
        name,
        shape,
        texture: busyTexture(random, 430 / z),
        poseAt: t => pose([x + sway * Math.sin(t / 8 + start), y, z + sway * Math.cos(t / 9)], start + spin * t, 0.3, roll * t),
        light: [0.5, -0.7, -0.5],
        shading: 0.4,
      }
    }
    const flip = random.sign()
    const objects = [
      spinner('box', { kind: 'box', half: [random.between(0.3, 0.4), random.between(0.35, 0.45), random.between(0.3, 0.4)] }, flip * -0.8, 0.5, 4.6),
      spinner('ball', { kind: 'ball', radius: random.between(0.38, 0.48) }, flip * 0.75, 0.75, 5.2),
      spinner('cylinder', { kind: 'cylinder', radius: random.between(0.28, 0.36), halfHeight: random.between(0.45, 0.6) }, flip * 0.1, 0.15, 6.2),
    ]
    const pan = random.between(0.13, 0.17) * random.sign()
    const period = random.between(5.2, 6.4)
    const tilt = random.between(0.05, 0.08)
    const phase = random.between(0, 6)
    const travel = random.between(0.5, 0.8) * random.sign()
    return {
      objects: [room(busyTexture(random, 48, 512), random.between(-0.2, 0.2)), ...objects],
      cameraAt: t =>
        pose(
          [travel * Math.sin(t / 11 + phase), 0.15 + 0.2 * Math.sin(t / 8), 0.5 * Math.sin(t / 13)],
          -0.1 * travel * Math.sin(t / 11 + phase) + pan * Math.sin(t / period + phase),
          -0.08 + tilt * Math.sin(t / 4.3 + 2 * phase),
          0.06 * Math.sin(t / 7),
        ),
      fovDegrees: 40,
    }
  },
}
