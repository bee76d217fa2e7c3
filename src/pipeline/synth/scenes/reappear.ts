/** Objects that vanish behind a moving panel for ten to twenty frames and come back, and one that leaves the frame and returns. */
import { lookAt, pose } from '../pose.ts'
import type { SceneObject, SceneRecipe } from '../scene.ts'
import { busyTexture } from '../texture.ts'
import { room } from './room.ts'

export const reappear: SceneRecipe = {
  name: 'reappear',
  describe: 'Objects pass behind a moving panel for 10 to 20 frames and return; one leaves the frame and comes back.',
  fixedLight: true,
  build(random) {
    const side = random.sign()
    // A triangle-like wave: nearly constant speed, soft turns.
    const sweep = (t: number, period: number): number => (Math.asin(0.97 * Math.sin((2 * Math.PI * t) / period)) * 2) / Math.PI
    const start = random.between(-2, 2)
    const crossing = (t: number) => sweep(t - 20 + start, 92)
    // The panel moves slowly against the crossers.
    const panel: SceneObject = {
      name: 'panel',
      shape: { kind: 'box', half: [random.between(0.4, 0.5), 1.3, 0.06] },
      texture: busyTexture(random, 120),
      poseAt: t => pose([-side * 0.45 * crossing(t), 0.55, 3.6], 0, 0, 0.03 * Math.sin(t / 9)),
      light: [0.4, -0.6, -0.7],
      shading: 0.3,
    }
    const roll = random.between(0.015, 0.035)
    const ball: SceneObject = {
      name: 'ball',
      shape: { kind: 'ball', radius: random.between(0.3, 0.38) },
      texture: busyTexture(random, 88),
      poseAt: t => pose([side * 1.9 * crossing(t), 0.1 + 0.1 * Math.sin(t / 7), 5.4], 0, 0, side * t * roll),
      light: [0.2, -0.8, -0.55],
      shading: 0.3,
    }
    const tilt = random.between(-0.2, 0.2)
    const height = random.between(0.95, 1.05)
    const box: SceneObject = {
      name: 'box',
      shape: { kind: 'box', half: [random.between(0.28, 0.36), random.between(0.22, 0.3), 0.25] },
      texture: busyTexture(random, 85),
      poseAt: t => pose([side * 2.1 * sweep(t - 17 + start, 88), height, 5.6], 0.25 * Math.sin(t / 15), tilt, 0),
      light: [0.5, -0.7, -0.5],
      shading: 0.45,
    }
    // Half a period of 40 frames beyond the right or left border.
    const leaver: SceneObject = {
      name: 'leaver',
      shape: { kind: 'box', half: [0.25, 0.25, 0.2] },
      texture: busyTexture(random, 95),
      poseAt: t => pose([side * (1.15 + 1.15 * Math.sin((2 * Math.PI * (t - 8)) / 56)), -0.72 + 0.08 * Math.sin(t / 6), 4.8], 0.3, 0.1, t * 0.012),
      light: [0.5, -0.7, -0.5],
      shading: 0.45,
    }
    const drift = random.between(0.15, 0.25) * random.sign()
    return {
      objects: [room(busyTexture(random, 48, 512), random.between(-0.15, 0.15)), ball, box, leaver, panel],
      cameraAt: t => lookAt([drift * Math.sin(t / 14), 0.1, 0], [0.4 * drift * Math.sin(t / 14), 0.35, 6]),
      fovDegrees: 40,
    }
  },
}
