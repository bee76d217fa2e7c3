/** Nearly plain blocks that a gripper picks up and stacks under a still camera, as in TAP-Vid RGB-Stacking. */
import { lookAt, pose } from '../pose.ts'
import type { Vec3 } from '../pose.ts'
import type { SceneObject, SceneRecipe } from '../scene.ts'
import type { Rgb } from '../texture.ts'
import { plainTexture } from '../texture.ts'
import { FLOOR, room } from './room.ts'

const CYCLE = 40
const smooth = (s: number): number => s * s * (3 - 2 * s)
/** 0 before `from`, 1 after `to`, smooth between. */
const ramp = (t: number, from: number, to: number): number => smooth(Math.min(1, Math.max(0, (t - from) / (to - from))))
const mix = (a: number, b: number, w: number): number => a + (b - a) * w

export const stacking: SceneRecipe = {
  name: 'stacking',
  describe: 'A gripper lifts nearly textureless blocks and stacks them; the camera stands still.',
  fixedLight: true,
  build(random) {
    const colours: Rgb[] = [
      [random.between(150, 190), random.between(45, 70), random.between(40, 60)],
      [random.between(50, 75), random.between(125, 155), random.between(55, 80)],
      [random.between(45, 70), random.between(75, 100), random.between(150, 190)],
    ]
    const halves: Vec3[] = colours.map(() => [random.between(0.24, 0.32), random.between(0.2, 0.28), random.between(0.24, 0.32)])
    const mirror = random.sign()
    const homes: Vec3[] = halves.map((half, k) => [
      mirror * ([0.75, -0.85, -0.05][k] + random.between(-0.12, 0.12)),
      FLOOR - half[1],
      [5, 4.9, 5.9][k] + random.between(-0.15, 0.15),
    ])
    // Block 0 stays; 1 goes onto it, then 2 onto both; then back in reverse; and again.
    const on1: Vec3 = [homes[0][0], homes[0][1] - halves[0][1] - halves[1][1], homes[0][2]]
    const on2: Vec3 = [homes[0][0], on1[1] - halves[1][1] - halves[2][1], homes[0][2]]
    const moves = [
      { block: 1, from: homes[1], to: on1 },
      { block: 2, from: homes[2], to: on2 },
      { block: 2, from: on2, to: homes[2] },
      { block: 1, from: on1, to: homes[1] },
    ]
    const yaws = halves.map(() => random.between(-0.4, 0.4))
    const top = FLOOR - 1.6
    /** Middle of the block at rest or in the grip, and height of the gripper above its grip. */
    const state = (frame: number) => {
      const move = moves[Math.floor(frame / CYCLE) % moves.length]
      const t = frame % CYCLE
      const carry = ramp(t, 15, 27)
      const lift = ramp(t, 11, 18) * (1 - ramp(t, 25, 31))
      const base = mix(move.from[1], move.to[1], carry)
      const at: Vec3 = [mix(move.from[0], move.to[0], carry), mix(base, top, lift), mix(move.from[2], move.to[2], carry)]
      const previous = moves[(Math.floor(frame / CYCLE) + moves.length - 1) % moves.length]
      const start = frame < CYCLE ? move.from : previous.to
      const approach = ramp(t, 0, 6)
      const down = ramp(t, 4, 9) * (1 - ramp(t, 34, 39))
      const grip: Vec3 = [mix(start[0], at[0], approach), mix(top - 0.3, at[1], down), mix(start[2], at[2], approach)]
      return { block: move.block, at, grip, closed: ramp(t, 8, 11) * (1 - ramp(t, 31, 34)), index: Math.floor(frame / CYCLE) }
    }
    const blockAt = (block: number, frame: number): Vec3 => {
      const now = state(frame)
      if (now.block === block) return now.at
      for (let index = now.index - 1; index >= 0; index--) {
        const move = moves[index % moves.length]
        if (move.block === block) return move.to
      }
      return homes[block]
    }
    const blocks = halves.map(
      (half, k): SceneObject => ({
        name: `block ${k + 1}`,
        shape: k === 2 ? { kind: 'cylinder', radius: half[0], halfHeight: half[1] } : { kind: 'box', half },
        texture: plainTexture(colours[k], random, 70, 3.5),
        poseAt: frame => pose(blockAt(k, frame), yaws[k]),
        light: [0.45, -0.75, -0.5],
        shading: 0.6,
      }),
    )
    const dark = plainTexture([random.between(60, 90), random.between(60, 90), random.between(65, 95)], random, 60, 4)
    const part = (name: string, half: Vec3, offset: (closed: number) => Vec3): SceneObject => ({
      name,
      shape: { kind: 'box', half },
      texture: dark,
      poseAt: frame => {
        const { grip, closed } = state(frame)
        const o = offset(closed)
        return pose([grip[0] + o[0], grip[1] + o[1], grip[2] + o[2]])
      },
      light: [0.45, -0.75, -0.5],
      shading: 0.55,
    })
    const reach = Math.max(...halves.map(h => Math.hypot(h[0], h[2]))) + 0.07
    const finger = (sign: number) => (closed: number): Vec3 => [sign * mix(reach + 0.16, reach, closed), -0.12, 0]
    const camera = lookAt([random.between(-0.35, 0.35), random.between(-1.1, -0.7), 0], [0, 0.6, 5.2])
    return {
      objects: [
        room(plainTexture([random.between(120, 150), random.between(118, 145), random.between(110, 140)], random, 22, 6)),
        ...blocks,
        part('left finger', [0.05, 0.3, 0.1], finger(-1)),
        part('right finger', [0.05, 0.3, 0.1], finger(1)),
        part('palm', [reach + 0.26, 0.09, 0.16], () => [0, -0.5, 0]),
        part('arm', [0.12, 0.8, 0.12], () => [0, -1.35, 0]),
      ],
      cameraAt: () => camera,
      fovDegrees: 40,
    }
  },
}
