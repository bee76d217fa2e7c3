/** What a fit changed for the person who asked for it: which tracks moved, which of their keyframes the field disagrees with. */
import { applyEdits } from '../../../pipeline/edits/applyEdits.ts'
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import type { TrackAsk } from '../../../shared/fieldTracker.ts'
import type { TrackEdits, VideoRecord } from '../../../shared/projectRecords.ts'
import type { Impact, TrackPath } from '../../../shared/studio/document.ts'
import { TrackState, emptyTracks } from '../../../shared/tracks.ts'
import type { ProjectReader, ProjectWriter } from '../../db/project.ts'
import type { Json } from '../../db/settings.ts'
import type { LiveTrack } from '../liveTracks.ts'
import type { VideoField } from '../videoField.ts'

export const DELTA_PX = 1
/** Keyframes asked about at a time. */
const BATCH = 24

const setting = (runId: number) => `run.${runId}.impact`

export function impactOf(project: ProjectReader, runId: number): Impact | null {
  return (project.settings.get(setting(runId)) as unknown as Impact | undefined) ?? null
}

export function saveImpact(project: ProjectWriter, impact: Impact): void {
  project.settings.set(setting(impact.runId), impact as unknown as Json)
}

export interface PathChange {
  readonly key: number
  readonly edits: TrackEdits
  readonly before: TrackPath
  readonly after: TrackPath
}

/** Tracks that moved by more than DELTA_PX as they are shown, edits laid over both; frames count where both say where the point is. */
export function movedTracks(changes: readonly PathChange[], video: VideoRecord): Impact['moved'] {
  const moved = changes.flatMap(({ key, edits, before, after }) => {
    const [a, b] = [shown(before, edits, video), shown(after, edits, video)]
    let [maxPx, sum, frame, frames, compared] = [0, 0, 0, 0, 0]
    for (let t = 0; t < video.frameCount; t++) {
      if (!isPlaced(a.states[t]) || !isPlaced(b.states[t])) continue
      const px = Math.hypot(a.positions[2 * t] - b.positions[2 * t], a.positions[2 * t + 1] - b.positions[2 * t + 1])
      compared++
      sum += px
      if (px > DELTA_PX) frames++
      if (px > maxPx) [maxPx, frame] = [px, t]
    }
    return maxPx > DELTA_PX ? [{ key, maxPx, meanPx: sum / compared, frame, frames }] : []
  })
  return moved.sort((a, b) => b.maxPx - a.maxPx)
}

const isPlaced = (state: number) => state === TrackState.visible || state === TrackState.occluded

function shown(path: TrackPath, edits: TrackEdits, video: VideoRecord) {
  const one = emptyTracks([''], video.frameCount, video)
  return applyEdits({ ...one, positions: path.positions, states: path.states, uncertainty: path.uncertainty }, [edits])
}

/** Keyframes that the field, asked with the track's other nodes, would put elsewhere by more than DELTA_PX; the furthest first. */
export async function disagreements(field: VideoField, tracks: readonly LiveTrack[], signal: AbortSignal): Promise<Impact['disagree']> {
  const asks = tracks.flatMap(({ record, edits }) => {
    const nodes = humanNodes(record, edits)
    if (nodes.length < 2) return []
    return edits.keyframes.map(keyframe => ({ key: record.key, keyframe, ask: { nodes: nodes.filter(node => node.frame !== keyframe.frame), labels: edits.labels } satisfies TrackAsk }))
  })
  const found: { key: number; frame: number; px: number }[] = []
  for (let first = 0; first < asks.length; first += BATCH) {
    const batch = asks.slice(first, first + BATCH)
    const paths = await field.track(batch.map(({ ask }) => ask))
    if (!paths || signal.aborted) break
    batch.forEach(({ key, keyframe: { frame, x, y } }, i) => {
      const px = Math.hypot(paths[i].positions[2 * frame] - x, paths[i].positions[2 * frame + 1] - y)
      if (px > DELTA_PX) found.push({ key, frame, px })
    })
  }
  return found.sort((a, b) => b.px - a.px)
}
