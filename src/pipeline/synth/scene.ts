/**
 * What a synthetic scene is made of: solids and cloths with textures, moving as functions of the frame, before a moving camera.
 * Not here: how rays meet them (frameView.ts).
 */
import type { Pose, Vec3 } from './pose.ts'
import type { RandomStream } from './randomStream.ts'
import type { Texture } from './texture.ts'

export type Shape =
  /** Half sides. `inside`: a room, seen from within. */
  | { readonly kind: 'box'; readonly half: Vec3; readonly inside?: boolean }
  | { readonly kind: 'ball'; readonly radius: number }
  /** Axis along y. */
  | { readonly kind: 'cylinder'; readonly radius: number; readonly halfHeight: number }
  /** A grid of (columns+1)×(rows+1) vertices; every cell is two flat triangles. */
  | {
      readonly kind: 'cloth'
      readonly columns: number
      readonly rows: number
      /** Size in world units at rest: sets the density of the texture. */
      readonly width: number
      readonly height: number
      /** World position of the material point (u, v) in [0,1]² at a frame. */
      readonly at: (frame: number, u: number, v: number) => Vec3
    }

export interface SceneObject {
  readonly name: string
  readonly shape: Shape
  readonly texture: Texture
  /** Local to world; not used by cloths. */
  readonly poseAt: (frame: number) => Pose
  /** Weight of the object's area when query points are drawn; 0 draws none. Default 1. */
  readonly queryWeight?: number
  /**
   * Direction to the light: in the object's own space when the light is fixed to the surface (the default), so that a
   * point keeps its colour; for cloths in the world, so that folds change their shade.
   */
  readonly light: Vec3
  /** Share of the shade that depends on the light, 0..1. */
  readonly shading: number
}

export interface Scene {
  readonly objects: readonly SceneObject[]
  /** Camera to world. */
  readonly cameraAt: (frame: number) => Pose
  /** Horizontal field of view in degrees. */
  readonly fovDegrees: number
}

export interface SceneRecipe {
  readonly name: string
  readonly describe: string
  /** True when light is fixed to every surface: a visible point keeps its colour up to sampling. */
  readonly fixedLight: boolean
  build(random: RandomStream): Scene
}
