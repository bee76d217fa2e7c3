/** The room that every scene stands in: floor, walls and a back wall, so that each ray meets something. */
import { pose } from '../pose.ts'
import type { SceneObject } from '../scene.ts'
import type { Texture } from '../texture.ts'

/** y of the floor in world units (y points down). */
export const FLOOR = 1.6
/** z of the back wall. */
export const BACK = 8.5

/** A room seen from within; the floor and the back wall are where FLOOR and BACK say, the camera stands near the origin. */
export function room(texture: Texture, yaw = 0): SceneObject {
  const centre = pose([0, FLOOR - 4.5, BACK - 7.5], yaw)
  return {
    name: 'room',
    shape: { kind: 'box', half: [11, 4.5, 7.5], inside: true },
    texture,
    poseAt: () => centre,
    light: [0.3, -0.7, -0.6],
    shading: 0.35,
  }
}
