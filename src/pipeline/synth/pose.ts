/** Rigid poses in three dimensions for scenes: x right, y down, z away from the viewer. Not here: projection (frameView.ts). */

export type Vec3 = readonly [number, number, number]
/** Row-major 3×3. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number]

/** Takes local points to the world: world = rotation · local + position. */
export interface Pose {
  readonly rotation: Mat3
  readonly position: Vec3
}

export const identity: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1]

export function multiply(a: Mat3, b: Mat3): Mat3 {
  const out = new Array<number>(9)
  for (let r = 0; r < 3; r++) {
    for (let c = 0; c < 3; c++) out[r * 3 + c] = a[r * 3] * b[c] + a[r * 3 + 1] * b[3 + c] + a[r * 3 + 2] * b[6 + c]
  }
  return out as unknown as Mat3
}

export const transpose = (m: Mat3): Mat3 => [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]]

export const apply = (m: Mat3, v: Vec3): Vec3 => [
  m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
  m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
  m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
]

export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

/** Rotation about y (yaw), then x (pitch), then z (roll), in radians: R = Ry · Rx · Rz. */
export function rotation(yaw: number, pitch = 0, roll = 0): Mat3 {
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch), Math.cos(roll), Math.sin(roll)]
  const y: Mat3 = [cy, 0, sy, 0, 1, 0, -sy, 0, cy]
  const x: Mat3 = [1, 0, 0, 0, cp, -sp, 0, sp, cp]
  const z: Mat3 = [cr, -sr, 0, sr, cr, 0, 0, 0, 1]
  return multiply(multiply(y, x), z)
}

export const pose = (position: Vec3, yaw = 0, pitch = 0, roll = 0): Pose => ({ rotation: rotation(yaw, pitch, roll), position })

/** A camera at `eye` that looks at `target`, without roll unless given. */
export function lookAt(eye: Vec3, target: Vec3, roll = 0): Pose {
  const [dx, dy, dz] = subtract(target, eye)
  return { position: eye, rotation: rotation(Math.atan2(dx, dz), -Math.atan2(dy, Math.hypot(dx, dz)), roll) }
}
