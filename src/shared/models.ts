/**
 * Networks that people can install, as records: what the manifest knows of them, what lies in the user's data folder, and how
 * their numbers are meant. Not here: downloading, storing, running them (server/models).
 */

/** What a network is for. */
export const modelRoles = ['flow', 'depth', 'features', 'tracker'] as const
export type ModelRole = (typeof modelRoles)[number]

/** How a picture becomes the network's numbers: 8-bit values are scaled to `range`, then (v − mean) / std for each channel. */
export interface PictureInput {
  readonly range: readonly [number, number]
  readonly channels: 'rgb' | 'bgr'
  readonly mean: readonly [number, number, number] | null
  readonly std: readonly [number, number, number] | null
  /** Width and height must be multiples of this, and at least `least`. */
  readonly multiple: number
  readonly least: number
}

/** Two pictures in, displacement in pixels of the network's picture out: first(p) ~ second(p + flow). */
export interface FlowConventions {
  readonly kind: 'flow'
  readonly picture: PictureInput
  /** Names of the inputs of the first and second picture, and of the output to read. */
  readonly first: string
  readonly second: string
  readonly output: string
  /** Order of the output's two channels. */
  readonly order: 'xy' | 'yx'
}

export interface DepthConventions {
  readonly kind: 'depth'
  readonly picture: PictureInput
  readonly input: string
  readonly output: string
  /** distance: larger = farther, up to a scale; inverse: larger = nearer, up to scale and shift. */
  readonly meaning: 'distance' | 'inverse'
}

export interface FeatureConventions {
  readonly kind: 'features'
  readonly picture: PictureInput
  readonly input: string
  readonly output: string
  /** map: [1, channels, rows, columns]; tokens: [1, skipped + rows · columns, channels]. */
  readonly layout: 'map' | 'tokens'
  /** Tokens before the first patch (a class token). */
  readonly skipped: number
  /** Picture pixels per cell; cell i is centred on pixel i·cell + (cell − 1) / 2. */
  readonly cell: number
  /** Output [1, 1, H, W] that says how good a keypoint each pixel is; null: cells' centres are the points. */
  readonly scores: string | null
}

/** TAPIR, frame by frame: a picture and what was known of its points in, their places in pixels of the picture out. Its points come from a point encoder. */
export interface TapirConventions {
  readonly kind: 'tracker'
  readonly family: 'tapir'
  readonly picture: PictureInput
}

/** The second file of a TAPIR export: features of points (y, x in 0…1) read from the grids of a frame. */
export interface PointEncoderConventions {
  readonly kind: 'tracker'
  readonly family: 'tapir-encoder'
}

/** CoTracker, window by window: so many frames and all queries (frame, x, y) in, places in every frame out; windows overlap by half. */
export interface CoTrackerConventions {
  readonly kind: 'tracker'
  readonly family: 'cotracker'
  readonly picture: PictureInput
  /** What its coordinates count: pixels of its pictures, or of this size to which it scales them. */
  readonly units: 'picture' | { readonly width: number; readonly height: number }
  /** Where queries may start: in any frame of a pass, or only in its first. */
  readonly starts: 'any' | 'first'
}

export type TrackerConventions = TapirConventions | PointEncoderConventions | CoTrackerConventions

export type ModelConventions = FlowConventions | DepthConventions | FeatureConventions | TrackerConventions

export interface TensorShape {
  readonly name: string
  /** Numbers, or names of free dimensions. */
  readonly shape: readonly (number | string)[]
}

export interface ModelLicence {
  /** Null: not known here, its page says. */
  readonly name: string | null
  /** Where its text can be read. */
  readonly address: string | null
}

/** One network that the manifest knows. */
export interface KnownModel {
  readonly name: string
  readonly role: ModelRole
  readonly title: string
  readonly licence: ModelLicence
  /** The file to fetch; null: no published address is known, bring the file with `models add`. */
  readonly address: string | null
  /** A page about it. */
  readonly page: string | null
  /** Null: not known. */
  readonly bytes: number | null
  readonly sha256: string | null
  /** measured: of a file that was run here; read: as its publisher or a third party states it; null: none is given. */
  readonly sha256From: 'measured' | 'read' | null
  readonly inputs: readonly TensorShape[]
  readonly outputs: readonly TensorShape[]
  /** Null: found by a self-test when it is added. */
  readonly conventions: ModelConventions | null
  readonly remarks: string
}

/** One network in the user's data folder. */
export interface InstalledModel {
  readonly name: string
  readonly role: ModelRole
  readonly licence: ModelLicence | null
  /** Address or file that it came from. */
  readonly source: string
  readonly bytes: number
  readonly sha256: string
  /** Milliseconds since 1970; of several of one role the newest is used. */
  readonly addedAt: number
  /** Null: a tracker that was kept before any ran; it must be added again. */
  readonly conventions: ModelConventions | null
}

/** The networks that a run is supervised by, by their files' sha256: part of the run's identity. */
export interface LearnedSupervision {
  readonly flow?: string
  readonly depth?: string
  readonly features?: string
}

export const learnedRoles = ['flow', 'depth', 'features'] as const satisfies readonly (keyof LearnedSupervision & ModelRole)[]

/** Numbers that a network takes a picture as: 0…255, 0…1, −1…1, or 0…1 less ImageNet's mean over its deviation. */
export const pictureRanges = ['bytes', 'unit', 'signed', 'imagenet'] as const
export type PictureRange = (typeof pictureRanges)[number]

/** What a person says of a network that the manifest does not know; what is left out is found out or assumed. */
export interface ModelHints {
  readonly range?: PictureRange
  readonly channels?: 'rgb' | 'bgr'
  readonly meaning?: DepthConventions['meaning']
  /** Name of the output to read. */
  readonly output?: string
  /** Pixels per feature cell, and what width and height must be multiples of. */
  readonly cell?: number
}

/** A network's file for a process to look at; paths are absolute. */
export interface InspectJob {
  readonly path: string
  readonly role: ModelRole
  readonly hints: ModelHints
  /** What the manifest knows of it; null when nothing. */
  readonly known: KnownModel | null
  /** Where installed networks lie: some are tried together with another. */
  readonly modelsFolder: string
}

/** What was found out about a network's file. */
export interface Inspection {
  readonly conventions: ModelConventions | null
  /** For people. */
  readonly found: string
}

/** A device that networks are tried on. */
export interface NetworkDevice {
  /** cpu, cuda, dml, coreml, webgpu */
  readonly name: string
  /** Why it is not used here; null when it is tried. */
  readonly refused: string | null
}

/** What the studio's page of models shows. */
export interface ModelsView {
  readonly folder: string
  readonly known: readonly KnownModel[]
  readonly installed: readonly InstalledModel[]
  /** What learned supervision uses now: of each role the network added last. */
  readonly used: LearnedSupervision
  /** In the order in which they are tried. */
  readonly devices: readonly NetworkDevice[]
}
