/** Paths read again from their nodes: after a frame, before it, or everywhere. */
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import { keepAccepted } from '../keepAccepted.ts'
import { unlockedTracks } from '../liveTracks.ts'
import { counted, type GesturePlan, type GestureStage } from './plan.ts'
import { union } from './repair.ts'

const ways = { forward: 'forward', backward: 'backward', both: 'both ways' } as const

export async function planPropagate(stage: GestureStage, gesture: Extract<Gesture, { kind: 'propagate' }>): Promise<GesturePlan> {
  const { project, video, ask } = stage
  const { keys, frame, direction } = gesture
  if (!Number.isInteger(frame) || frame < 0 || frame >= video.frameCount)
    throw new TaplineError('bad-query', video.name, `frame ${frame} is not in the clip`, `Frames go from 0 to ${video.frameCount - 1}.`)
  const tracks = unlockedTracks(project, video, keys)
  const span = { first: direction === 'forward' ? frame : 0, last: direction === 'backward' ? frame : video.frameCount - 1 }
  const paths = await ask(tracks.map(({ record, edits, path }) => ({ nodes: humanNodes(record, edits), labels: edits.labels, ...(path && { span, base: path }) })))
  return {
    label: `Propagate ${tracks.length === 1 ? '' : `${counted(tracks.length, 'track')} `}${ways[direction]}`,
    write(draft) {
      if (!paths) draft.markStale(tracks.map(({ record, path, stale }) => ({ key: record.key, stale: path ? union(stale, span)! : { first: 0, last: video.frameCount - 1 } })))
      else draft.setPaths(tracks.map((track, i) => ({ key: track.record.key, path: keepAccepted(project, video, track, paths[i], null), stale: track.stale })))
    },
  }
}
