/**
 * The whole flow of the product in one place: frames → flow → matches → depth → field → tracks. Everything that it
 * needs from outside (frames, engine, supervision) is handed in. Not here: decoding, projects, processes.
 */
import type { CreateEngine, FieldEngine } from '../engine/backend.ts'
import { throwIfCancelled, TaplineError } from '../shared/errors.ts'
import type { HumanTrack } from '../shared/jobs.ts'
import type { PauseGate } from '../shared/pauseGate.ts'
import type { TrackSettings } from '../shared/presets.ts'
import type { Phase, Progress } from '../shared/progress.ts'
import type { Query, TrackSet } from '../shared/tracks.ts'
import { decodeCheckpoint, type Checkpoint } from './field/checkpoint.ts'
import { depthSize, fieldShapeFor } from './field/fieldShape.ts'
import type { HumanPath } from './field/humanPaths.ts'
import { initialDepth, noDepth } from './field/initialDepth.ts'
import { optimise } from './field/optimise.ts'
import { Sampler } from './field/sampler.ts'
import type { FrameSource } from './frames/frameSource.ts'
import type { DepthPrior, DepthProvider, FlowProvider, FlowStore, LongMatches, MatchProvider, SupervisionContext } from './supervision/supervision.ts'
import { calibrate, type Calibration } from './tracks/calibrate.ts'
import { flowTracks } from './tracks/flowTracks.ts'
import { followHumans, Guides } from './tracks/guides.ts'
import { MatchIndex } from './tracks/matchIndex.ts'
import type { PatchMatcher } from './tracks/patchMatcher.ts'
import { readNodes, readTracks, type ReadTracksInput } from './tracks/readTracks.ts'
import type { ThroughInput } from './tracks/trackThrough.ts'

/** How far a refit trusts the depth that was learned before it. */
const REFIT_PRIOR_TRUST = 0.15

/** The parts that can be replaced: one built-in each, networks later. */
export interface Toolbox {
  readonly createEngine: CreateEngine
  readonly flow: FlowProvider
  readonly matches: MatchProvider
  readonly depth: DepthProvider
  createPatches(frames: FrameSource, threads: number, signal?: AbortSignal): Promise<PatchMatcher & { close(): Promise<void> }>
}

export interface TrackVideoInput {
  readonly frames: FrameSource
  readonly queries: readonly Query[]
  readonly settings: TrackSettings
  /** Folder of this clip's caches. */
  readonly cacheFolder: string
  readonly threads: number
  readonly toolbox: Toolbox
  readonly checkpoint?: Uint8Array
  saveCheckpoint(bytes: Uint8Array, step: number): Promise<void>
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly pause: PauseGate
  /** What people set: the field is taught it. */
  readonly humans?: readonly HumanTrack[]
  /** Checkpoint of a finished run, whose field this one goes on from. */
  readonly refitOf?: Uint8Array
  /** Queries shown in previews while the field is fitted; none by default. */
  readonly previewQueries?: readonly Query[]
}

export interface TrackVideoResult {
  readonly tracks: TrackSet
  /** [rows, 8]: see field/optimise.ts. */
  readonly losses: Float32Array
  readonly calibration: Calibration
}

/** Everything that supervises a clip's field. */
export interface Supervision {
  readonly flow: FlowStore
  readonly flowGaps: readonly number[]
  readonly matches: LongMatches | null
  readonly depth: DepthPrior
}

export async function trackVideo(input: TrackVideoInput): Promise<TrackVideoResult> {
  const field = await fitField(input)
  try {
    input.progress({ kind: 'phase', phase: 'readout', label: 'Reading tracks' })
    const tracks = await readTracks({ ...field, queries: input.queries, clip: input.frames.clip, signal: input.signal })
    throwIfCancelled(input.signal, 'track readout')
    input.progress({ kind: 'done' })
    return { tracks, losses: field.losses, calibration: field.calibration }
  } finally {
    await field.close()
  }
}

/** A fitted field with all that reading tracks from it takes. */
export interface ReadableField extends Omit<ReadTracksInput, 'queries' | 'clip' | 'signal'> {
  close(): Promise<void>
}

/** A field fitted to its clip just now. */
export interface FittedField extends ReadableField {
  readonly losses: Float32Array
}

/** What supervision is computed from. */
export type Surroundings = Pick<TrackVideoInput, 'frames' | 'settings' | 'cacheFolder' | 'threads' | 'toolbox' | 'progress' | 'signal'>

/** All that provisional tracks take: flow from each frame to the next, and patches. */
export async function openFlow(input: Surroundings): Promise<Pick<ReadableField, 'flow' | 'flowGaps' | 'patches' | 'close'>> {
  const { frames, toolbox, threads, signal } = input
  checkMoves(frames)
  const flowGaps = [1]
  const flow = await toolbox.flow.compute(stage(input, 'flow', 'Optical flow'), flowGaps)
  const patches = await toolbox.createPatches(frames, threads, signal)
  return { flow, flowGaps, patches, close: () => patches.close() }
}

/** The field of a finished run, from its checkpoint and the clip's caches: no step is done. */
export async function openField(input: Surroundings & { readonly checkpoint: Uint8Array }): Promise<ReadableField & { readonly depth: Float32Array }> {
  const { frames, settings, toolbox, threads, signal } = input
  const saved = decodeCheckpoint(input.checkpoint)
  checkSameClip(saved, frames)
  const { shape, field, humans } = saved
  const { flow, flowGaps, matches } = await superviseMotion(input)
  // No step follows, so the prior is not looked at.
  const engine = await toolbox.createEngine({ shape, initialDepth: field.values.depth, seed: settings.seed, threads })
  try {
    await engine.importState(field)
    const calibration = await calibrate(engine, flow, settings.seed)
    const patches = await toolbox.createPatches(frames, threads, signal)
    const close = async () => void (await Promise.allSettled([engine.close(), patches.close()]))
    const readable = { engine, flow, flowGaps, matches: new MatchIndex(matches), patches, calibration, depth: field.values.depth, close }
    return await guide(readable, frames, humans)
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Supervision, optimisation and calibration: everything before the first track. `input.queries` is not looked at. */
export async function fitField(input: TrackVideoInput): Promise<FittedField> {
  const { frames, settings, progress, signal } = input
  checkMoves(frames)
  const humans = input.humans ?? []
  const refitted = input.refitOf ? decodeCheckpoint(input.refitOf) : null
  if (refitted) checkSameClip(refitted, frames)
  const supervision = refitted ? { ...(await superviseMotion(input)), depth: learnedDepth(refitted) } : await supervise(input)
  const { flow, flowGaps } = supervision
  const matches = new MatchIndex(supervision.matches)
  const engine = await createField(input, supervision, refitted)
  const patches = await input.toolbox.createPatches(frames, input.threads, signal).catch(async (error: unknown) => {
    await engine.close()
    throw error
  })
  const close = async () => void (await Promise.allSettled([engine.close(), patches.close()]))
  const previewQueries = input.previewQueries ?? []
  const field = async () => ({ engine, flow, flowGaps, matches, patches, calibration: await calibrate(engine, flow, settings.seed) })
  try {
    // Of an unfitted field nothing can be read: flow leads through people's keyframes then.
    const paths = await followHumans(refitted ? throughField(await field(), frames) : throughFlow({ frames, flow, flowGaps, patches }), humans)
    progress({ kind: 'phase', phase: 'optimise', label: refitted ? 'Refitting the field' : 'Fitting the field' })
    const losses = await optimise({
      engine,
      sampler: samplerFor(input, supervision, paths),
      settings,
      priorTrust: settings.useDepthPrior ? supervision.depth.trust : 0,
      runKey: runKey(input),
      humans,
      refit: refitted !== null,
      checkpoint: input.checkpoint,
      saveCheckpoint: input.saveCheckpoint,
      progress,
      signal,
      pause: input.pause,
      // Without patches: a preview is for the eye, and must not hold up the steps.
      preview: previewQueries.length ? async () => readTracks({ ...(await field()), patches: null, queries: previewQueries, clip: frames.clip, signal }) : undefined,
    })
    return { ...(await guide(await field(), frames, humans)), losses, close }
  } catch (error) {
    await close()
    throw error
  }
}

type UnguidedField = Omit<ReadableField, 'close'>

/** A field with the guides that people's tracks are to the others. */
async function guide<Field extends UnguidedField>(field: Field, frames: FrameSource, humans: readonly HumanTrack[]): Promise<Field> {
  const paths = await followHumans(throughField(field, frames), humans)
  return { ...field, guides: new Guides(paths, field.flow) }
}

/** How a field is asked for tracks through keyframes. */
export function throughField(field: UnguidedField, { clip, work }: FrameSource): ThroughInput {
  return {
    clip, work, frames: clip.frameCount, flow: field.flow, sources: ['field', 'repaired'],
    read: (nodeFrames, points, hints) => readNodes(field, nodeFrames, points, hints),
  }
}

/** The same of flow alone. */
export function throughFlow({ frames, ...flowAlone }: Pick<UnguidedField, 'flow' | 'flowGaps' | 'patches'> & { readonly frames: FrameSource }): ThroughInput {
  const { clip, work } = frames
  return {
    clip, work, frames: clip.frameCount, flow: flowAlone.flow, sources: ['flow', 'flow'],
    read: (nodeFrames, points, hints) => flowTracks({ work, frames: clip.frameCount, ...flowAlone }, nodeFrames, points, hints),
  }
}

function checkMoves({ clip }: FrameSource): void {
  if (clip.frameCount < 2) throw new TaplineError('bad-video', clip.name, 'it has a single frame: nothing moves', 'Choose a clip of two frames or more.')
}

function checkSameClip({ shape }: Checkpoint, { clip, work }: FrameSource): void {
  if (shape.frames !== clip.frameCount || shape.width !== work.width || shape.height !== work.height)
    throw new TaplineError('bad-file', 'checkpoint', 'it belongs to another clip or another size', 'Optimise the video anew.')
}

/** What a field has learned of depth, as the prior of its refit: a weak one, since corrections may change it. */
function learnedDepth({ shape, field }: Checkpoint): DepthPrior {
  return { width: shape.depthWidth, height: shape.depthHeight, depth: field.values.depth, trust: REFIT_PRIOR_TRUST }
}

/** Flow, matches and depth of a clip; without a depth prior, a plane that nothing is computed for. */
export async function supervise(input: Surroundings): Promise<Supervision> {
  const motion = await superviseMotion(input)
  const { frames, settings, toolbox } = input
  if (!settings.useDepthPrior) return { ...motion, depth: noDepth(depthSize(frames.work), frames.clip.frameCount) }
  const depth = initialDepth(await toolbox.depth.compute(stage(input, 'depth', 'Depth prior'), motion.flow, depthSize(frames.work)))
  return { ...motion, depth }
}

/** Flow and matches of a clip, each from its cache where it is there. */
async function superviseMotion(input: Surroundings): Promise<Omit<Supervision, 'depth'>> {
  const { frames, settings, toolbox } = input
  const flowGaps = settings.flowGaps.filter(gap => gap < frames.clip.frameCount)
  const flow = await toolbox.flow.compute(stage(input, 'flow', 'Optical flow'), flowGaps)
  const matches = settings.useLongTerm ? await toolbox.matches.compute(stage(input, 'matches', 'Long-term matches'), flow) : null
  return { flow, flowGaps, matches }
}

function stage(input: Surroundings, phase: Phase, label: string): SupervisionContext {
  const { frames, progress, signal } = input
  throwIfCancelled(signal, label.toLowerCase())
  progress({ kind: 'phase', phase, label })
  const started = performance.now()
  return {
    frames,
    cacheFolder: `${input.cacheFolder}/${phase}`,
    threads: input.threads,
    signal,
    onProgress: (done, total) => {
      const etaS = done > 0 ? ((performance.now() - started) / 1000 / done) * (total - done) : null
      progress({ kind: 'progress', phase, done, total, etaS })
    },
  }
}

async function createField(input: TrackVideoInput, { depth }: Supervision, refitted: Checkpoint | null): Promise<FieldEngine> {
  const { frames, settings, threads } = input
  const shape = refitted?.shape ?? fieldShapeFor(frames.work, frames.clip.frameCount, depth, settings)
  const engine = await input.toolbox.createEngine({ shape, initialDepth: depth.depth, seed: settings.seed, threads })
  if (refitted) await engine.importState(refitted.field)
  return engine
}

function samplerFor(input: TrackVideoInput, { flow, matches }: Supervision, humans: readonly HumanPath[]): Sampler {
  const { settings, frames } = input
  return new Sampler(flow, matches, {
    frames: frames.clip.frameCount,
    width: frames.work.width,
    height: frames.work.height,
    pairsPerStep: settings.pairsPerStep,
    pointsPerPair: settings.pointsPerPair,
    occludedShare: 0.19,
    longTermGroups: Math.ceil(settings.pairsPerStep / 8),
    couples: settings.flowGradient > 0,
    seed: settings.seed,
    humans,
  })
}

/** A checkpoint goes on only with the same clip, settings, supervision and corrections. */
function runKey({ frames, settings: { coupling, controlPoints, ...settings }, toolbox, humans, refitOf }: TrackVideoInput): string {
  const { name, frameCount, width, height } = frames.clip
  // The paper's coupling goes without saying: checkpoints from before there were others go on.
  const field = coupling === 'cadex' && controlPoints === 4 ? [] : [coupling, controlPoints]
  return JSON.stringify([name, frameCount, width, height, frames.work, settings, toolbox.flow.id, toolbox.matches.id, toolbox.depth.id, humans ?? [], refitOf !== undefined, ...field])
}
