/**
 * One frame of a scene: casts exact rays, projects material points, shades hits. Pinhole camera, principal point in the
 * middle of the raster. Not here: whole images, tracks and flow (synthClip.ts).
 */
import { ClothMesh } from './clothMesh.ts'
import type { ScreenBox } from './clothMesh.ts'
import type { Scene, SceneObject } from './scene.ts'
import { apply, multiply, subtract, transpose } from './pose.ts'
import type { Mat3, Vec3 } from './pose.ts'
import type { Size } from '../../shared/units.ts'

const NEAR = 1e-3

/** An object as the camera of one frame sees it. */
interface Placed {
  readonly object: SceneObject
  /** Local to camera; rays go through its transpose. */
  readonly m: Mat3
  readonly t: Vec3
  /** Camera's centre in local space. */
  readonly origin: Vec3
  readonly box: ScreenBox
  readonly mesh: ClothMesh | null
  /** Light in the space in which shading is done. */
  readonly light: Vec3
}

function unit(v: Vec3): Vec3 {
  const k = 1 / Math.hypot(v[0], v[1], v[2])
  return [v[0] * k, v[1] * k, v[2] * k]
}

export class FrameView {
  readonly width: number
  readonly height: number
  readonly focal: number
  readonly #placed: readonly Placed[]
  /** Result of the last successful `cast`: index of the object, depth along the optical axis, local (or u, v, 0) coordinates. */
  object = -1
  depth = 0
  lx = 0
  ly = 0
  lz = 0
  /** Box face 0..5 (2·axis + positive side), cylinder -1 side, 0 or 1 caps, cloth: the triangle. */
  face = 0
  /** Result of the last `colour`. */
  readonly rgb = new Float64Array(3)

  constructor(scene: Scene, frame: number, size: Size) {
    this.width = size.width
    this.height = size.height
    this.focal = size.width / (2 * Math.tan((scene.fovDegrees * Math.PI) / 360))
    const camera = scene.cameraAt(frame)
    const toCamera = transpose(camera.rotation)
    this.#placed = scene.objects.map(object => this.#place(object, frame, toCamera, camera.position))
  }

  #place(object: SceneObject, frame: number, toCamera: Mat3, eye: Vec3): Placed {
    const { shape } = object
    if (shape.kind === 'cloth') {
      const mesh = new ClothMesh(
        shape.columns,
        shape.rows,
        this.width,
        this.height,
        (i, j) => apply(toCamera, subtract(shape.at(frame, i / shape.columns, j / shape.rows), eye)),
        p => [(p[0] / p[2]) * this.focal + this.width / 2, (p[1] / p[2]) * this.focal + this.height / 2],
      )
      return { object, m: toCamera, t: [0, 0, 0], origin: [0, 0, 0], box: mesh.box, mesh, light: unit(apply(toCamera, object.light)) }
    }
    const pose = object.poseAt(frame)
    const m = multiply(toCamera, pose.rotation)
    const t = apply(toCamera, subtract(pose.position, eye))
    const o = apply(transpose(m), t)
    const half: Vec3 =
      shape.kind === 'box'
        ? shape.half
        : shape.kind === 'ball'
          ? [shape.radius, shape.radius, shape.radius]
          : [shape.radius, shape.halfHeight, shape.radius]
    const inside = shape.kind === 'box' && shape.inside === true
    return { object, m, t, origin: [-o[0], -o[1], -o[2]], box: this.#screenBox(m, t, half, inside), mesh: null, light: unit(object.light) }
  }

  /** Raster bounds of a local box; everything when part of it is behind the camera. */
  #screenBox(m: Mat3, t: Vec3, half: Vec3, inside: boolean): ScreenBox {
    const box: ScreenBox = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }
    for (let k = 0; k < 8; k++) {
      const r = apply(m, [k & 1 ? half[0] : -half[0], k & 2 ? half[1] : -half[1], k & 4 ? half[2] : -half[2]])
      const z = r[2] + t[2]
      if (inside || z < NEAR) return { x0: -Infinity, y0: -Infinity, x1: Infinity, y1: Infinity }
      const x = ((r[0] + t[0]) / z) * this.focal + this.width / 2
      const y = ((r[1] + t[1]) / z) * this.focal + this.height / 2
      box.x0 = Math.min(box.x0, x)
      box.x1 = Math.max(box.x1, x)
      box.y0 = Math.min(box.y0, y)
      box.y1 = Math.max(box.y1, y)
    }
    return box
  }

  /** Nearest surface on the ray through raster point (x, y). Scenes stand in a room, so a ray that meets nothing is a broken scene. */
  cast(x: number, y: number): boolean {
    const dx = (x - this.width / 2) / this.focal
    const dy = (y - this.height / 2) / this.focal
    this.object = -1
    this.depth = Infinity
    for (let k = 0; k < this.#placed.length; k++) {
      const p = this.#placed[k]
      if (x < p.box.x0 || x > p.box.x1 || y < p.box.y0 || y > p.box.y1) continue
      if (p.mesh !== null) {
        if (p.mesh.cast(x, y, dx, dy, this.depth)) {
          this.object = k
          this.depth = p.mesh.depth
          this.lx = p.mesh.u
          this.ly = p.mesh.v
          this.lz = 0
          this.face = p.mesh.triangle
        }
        continue
      }
      const m = p.m
      const rx = m[0] * dx + m[3] * dy + m[6]
      const ry = m[1] * dx + m[4] * dy + m[7]
      const rz = m[2] * dx + m[5] * dy + m[8]
      const shape = p.object.shape
      if (shape.kind === 'box') this.#castBox(k, p.origin, rx, ry, rz, shape.half, shape.inside === true)
      else if (shape.kind === 'ball') this.#castBall(k, p.origin, rx, ry, rz, shape.radius)
      else if (shape.kind === 'cylinder') this.#castCylinder(k, p.origin, rx, ry, rz, shape.radius, shape.halfHeight)
    }
    return this.object >= 0
  }

  #record(object: number, depth: number, o: Vec3, rx: number, ry: number, rz: number, face: number): void {
    this.object = object
    this.depth = depth
    this.lx = o[0] + depth * rx
    this.ly = o[1] + depth * ry
    this.lz = o[2] + depth * rz
    this.face = face
  }

  #castBox(object: number, o: Vec3, rx: number, ry: number, rz: number, half: Vec3, inside: boolean): void {
    let enter = -Infinity
    let leave = Infinity
    let enterFace = 0
    let leaveFace = 0
    for (let axis = 0; axis < 3; axis++) {
      const r = axis === 0 ? rx : axis === 1 ? ry : rz
      if (r === 0) {
        if (Math.abs(o[axis]) > half[axis]) return
        continue
      }
      const a = (-half[axis] - o[axis]) / r
      const b = (half[axis] - o[axis]) / r
      const positive = r > 0
      const near = positive ? a : b
      const far = positive ? b : a
      if (near > enter) {
        enter = near
        enterFace = axis * 2 + (positive ? 0 : 1)
      }
      if (far < leave) {
        leave = far
        leaveFace = axis * 2 + (positive ? 1 : 0)
      }
    }
    if (enter > leave) return
    const depth = inside ? leave : enter
    if (depth > NEAR && depth < this.depth) this.#record(object, depth, o, rx, ry, rz, inside ? leaveFace : enterFace)
  }

  #castBall(object: number, o: Vec3, rx: number, ry: number, rz: number, radius: number): void {
    const a = rx * rx + ry * ry + rz * rz
    const b = o[0] * rx + o[1] * ry + o[2] * rz
    const c = o[0] * o[0] + o[1] * o[1] + o[2] * o[2] - radius * radius
    const under = b * b - a * c
    if (under < 0) return
    const depth = (-b - Math.sqrt(under)) / a
    if (depth > NEAR && depth < this.depth) this.#record(object, depth, o, rx, ry, rz, 0)
  }

  #castCylinder(object: number, o: Vec3, rx: number, ry: number, rz: number, radius: number, halfHeight: number): void {
    const a = rx * rx + rz * rz
    const b = o[0] * rx + o[2] * rz
    const c = o[0] * o[0] + o[2] * o[2] - radius * radius
    const under = b * b - a * c
    if (under < 0) return
    const root = Math.sqrt(under)
    let depth = a === 0 ? -Infinity : (-b - root) / a
    let face = -1
    const y = o[1] + depth * ry
    if (!(Math.abs(y) <= halfHeight)) {
      // Outside the side: the ray may enter through a cap.
      if (ry === 0) return
      depth = ((ry > 0 ? -halfHeight : halfHeight) - o[1]) / ry
      const px = o[0] + depth * rx
      const pz = o[2] + depth * rz
      if (px * px + pz * pz > radius * radius) return
      face = ry > 0 ? 0 : 1
    }
    if (depth > NEAR && depth < this.depth) this.#record(object, depth, o, rx, ry, rz, face)
  }

  /** Camera-space place of a material point: local coordinates of a solid, (u, v, 0) of a cloth. */
  place(object: number, lx: number, ly: number, lz: number): Vec3 {
    const p = this.#placed[object]
    if (p.mesh !== null) return p.mesh.place(lx, ly)
    const r = apply(p.m, [lx, ly, lz])
    return [r[0] + p.t[0], r[1] + p.t[1], r[2] + p.t[2]]
  }

  /** Raster pixel and depth of a camera-space point; points behind the camera go far out on their own side. */
  project(p: Vec3): Vec3 {
    const z = Math.max(p[2], NEAR)
    return [(p[0] / z) * this.focal + this.width / 2, (p[1] / z) * this.focal + this.height / 2, p[2]]
  }

  /** Colour 0..255 of the last hit, into `rgb`. `spacing` is the distance between samples in pixels. */
  colour(spacing: number): void {
    const p = this.#placed[this.object]
    const { shape, shading, texture } = p.object
    let u: number
    let v: number
    let lit: number
    const light = p.light
    if (p.mesh !== null && shape.kind === 'cloth') {
      u = this.lx * shape.width
      v = this.ly * shape.height
      const n = p.mesh.normals
      const at = this.face * 3
      lit = n[at] * light[0] + n[at + 1] * light[1] + n[at + 2] * light[2]
    } else if (shape.kind === 'box') {
      const axis = this.face >> 1
      const sign = ((this.face & 1) === 1) === (shape.inside !== true) ? 1 : -1
      u = axis === 0 ? this.ly : this.lx
      v = axis === 2 ? this.ly : this.lz
      u += this.face * 7.31
      v += this.face * 3.17
      lit = sign * light[axis]
    } else if (shape.kind === 'ball') {
      const { radius } = shape
      const ax = Math.abs(this.lx)
      const ay = Math.abs(this.ly)
      const az = Math.abs(this.lz)
      const axis = ax > ay ? (ax > az ? 0 : 2) : ay > az ? 1 : 2
      const main = axis === 0 ? ax : axis === 1 ? ay : az
      u = Math.atan((axis === 0 ? this.ly : this.lx) / main) * radius
      v = Math.atan((axis === 2 ? this.ly : this.lz) / main) * radius
      const side = (axis === 0 ? this.lx : axis === 1 ? this.ly : this.lz) > 0 ? axis * 2 + 1 : axis * 2
      u += side * 7.31
      v += side * 3.17
      lit = (this.lx * light[0] + this.ly * light[1] + this.lz * light[2]) / radius
    } else if (shape.kind === 'cylinder') {
      if (this.face < 0) {
        u = Math.atan2(this.lz, this.lx) * shape.radius
        v = this.ly
        lit = (this.lx * light[0] + this.lz * light[2]) / shape.radius
      } else {
        u = this.lx + 3.3
        v = this.lz + 7.7
        lit = this.face === 1 ? light[1] : -light[1]
      }
    } else throw new Error(`no shading for ${shape.kind}`)
    const texels = (texture.density * this.depth * spacing) / this.focal
    const level = texels <= 1 ? 0 : Math.min(texture.levels.length - 1, Math.floor(Math.log2(texels)))
    const image = texture.levels[level]
    const side = texture.side >> level
    const scale = texture.density / (1 << level)
    const s = u * scale - 0.5
    const t = v * scale - 0.5
    const i = Math.floor(s)
    const j = Math.floor(t)
    const fs = s - i
    const ft = t - j
    const mask = side - 1
    const r0 = (j & mask) * side
    const r1 = ((j + 1) & mask) * side
    const c0 = i & mask
    const c1 = (i + 1) & mask
    const shade = 1 - shading * (0.5 - 0.5 * lit)
    for (let c = 0; c < 3; c++) {
      const top = image[(r0 + c0) * 3 + c] * (1 - fs) + image[(r0 + c1) * 3 + c] * fs
      const bottom = image[(r1 + c0) * 3 + c] * (1 - fs) + image[(r1 + c1) * 3 + c] * fs
      this.rgb[c] = (top + (bottom - top) * ft) * shade
    }
  }
}
