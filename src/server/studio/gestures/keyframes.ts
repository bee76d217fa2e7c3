/** Corrections: positions that a person sets or takes back; the path between the nodes beside them is repaired. */
import type { Keyframe, TrackQuery } from '../../../shared/projectRecords.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import { unlockedTracks, type LiveTrack } from '../liveTracks.ts'
import { counted, type GesturePlan, type GestureStage } from './plan.ts'
import { planRepairs, type Repair } from './repair.ts'
import { checkFrame } from './tracks.ts'

type Of<K extends Gesture['kind']> = Extract<Gesture, { kind: K }>

/** Nearer to what is shown than this, px, a keyframe moves nothing. */
const MOVED_PX = 0.01

export async function planSetKeyframes(stage: GestureStage, { items }: Of<'setKeyframes'>): Promise<GesturePlan> {
  const { project, video } = stage
  for (const { frame, x, y } of items) checkFrame(video, frame, x, y)
  const tracks = unlockedTracks(project, video, items.map(item => item.key))
  let moves = false
  const repairs = tracks.map((track): Repair => {
    const set = new Map(items.filter(item => item.key === track.record.key).map(({ frame, x, y }) => [frame, { frame, x, y }]))
    for (const keyframe of set.values()) moves ||= isElsewhere(track, keyframe)
    const keyframes = [...track.edits.keyframes.filter(({ frame }) => !set.has(frame)), ...set.values()].sort((a, b) => a.frame - b.frame)
    // A keyframe at the query's frame says where the track's own point is.
    const query = set.get(track.record.query.frame) ?? track.record.query
    return { track, edits: { ...track.edits, keyframes }, query, changed: [...set.keys()] }
  })
  const write = await planRepairs(stage, repairs)
  return { label: moves ? `Move ${counted(items.length, 'point')}` : `Set ${counted(items.length, 'keyframe')}`, write }
}

function isElsewhere({ path, edits }: LiveTrack, { frame, x, y }: Keyframe): boolean {
  const own = edits.keyframes.find(keyframe => keyframe.frame === frame)
  if (own) return Math.hypot(own.x - x, own.y - y) > MOVED_PX
  return path !== null && Math.hypot(path.positions[2 * frame] - x, path.positions[2 * frame + 1] - y) > MOVED_PX
}

export async function planRemoveKeyframes(stage: GestureStage, { spans }: Of<'removeKeyframes'>): Promise<GesturePlan> {
  const tracks = unlockedTracks(stage.project, stage.video, spans.map(span => span.key))
  let count = 0
  const repairs = tracks.flatMap(track => {
    const repair = withoutKeyframes(track, spans.filter(span => span.key === track.record.key), stage)
    count += repair.removed
    return repair.removed > 0 ? [repair] : []
  })
  return { label: `Delete ${counted(count, 'keyframe')}`, write: await planRepairs(stage, repairs) }
}

/** A track without the keyframes of these stretches; `removed` counts them. */
export function withoutKeyframes(
  track: LiveTrack, spans: readonly { readonly first: number; readonly last: number }[], { video }: Pick<GestureStage, 'video'>,
): Repair & { readonly removed: number } {
  const { query } = track.record
  const within = ({ frame }: { readonly frame: number }) => spans.some(({ first, last }) => frame >= first && frame <= last)
  const gone = track.edits.keyframes.filter(within)
  const keyframes = track.edits.keyframes.filter(keyframe => !within(keyframe))
  // The track's own point went: the nearest one left takes its part. The last point of a track stays where it was.
  const inside = keyframes.filter(({ x, y }) => x >= 0 && y >= 0 && x <= video.width && y <= video.height)
  const start: TrackQuery = gone.some(({ frame }) => frame === query.frame) ? nearest(inside, query.frame) ?? query : query
  const changed = gone.filter(({ frame }) => frame !== start.frame).map(({ frame }) => frame)
  return { track, edits: { ...track.edits, keyframes }, query: start, changed, removed: gone.length }
}

function nearest(keyframes: readonly Keyframe[], frame: number): Keyframe | undefined {
  return [...keyframes].sort((a, b) => Math.abs(a.frame - frame) - Math.abs(b.frame - frame))[0]
}
