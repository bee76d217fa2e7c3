/**
 * Takes over what a finished run found: its field becomes the one that is asked, every track's path is read from it through the track's
 * nodes, and all of it is one step of undo. Tracks that a person changed meanwhile are read again in the background; locked ones keep the
 * path that they have, and so do, after a refit, those that nobody corrected and that the field is no surer of than before. Not here:
 * running (runJobs.ts).
 */
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import { isSurer } from '../../../pipeline/tracks/surerPath.ts'
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { RunRecord } from '../../../shared/projectRecords.ts'
import type { TrackPath } from '../../../shared/studio/document.ts'
import { pathOfRow } from '../../tracking/shownPaths.ts'
import { isTaken, noteTaken, taughtOf } from '../../tracking/taught.ts'
import type { Emit } from '../eventHub.ts'
import { keepAccepted } from '../keepAccepted.ts'
import { liveTracks, type LiveTrack } from '../liveTracks.ts'
import type { VideoSession } from '../videoSession.ts'
import { DELTA_PX, disagreements, movedTracks, saveImpact, type PathChange } from './impact.ts'

export interface TakeOptions {
  readonly emit: Emit
  /** Aborted: nothing is taken over, unless it was already. */
  readonly signal: AbortSignal
  /** As the undo menu names it. */
  readonly label: string
}

/** Tracks read at a time. */
const BATCH = 32

export async function takeResult(session: VideoSession, run: RunRecord, options: TakeOptions): Promise<void> {
  try {
    await take(session, run, options)
  } catch (error) {
    // The field that is in use is asked again.
    if (!options.signal.aborted) void session.field.reload()
    throw error
  }
}

async function take(session: VideoSession, run: RunRecord, { emit, signal, label }: TakeOptions): Promise<void> {
  const { project, video, field } = session
  const loaded = field.loadAhead(run)
  await Promise.race([loaded, aborted(signal)])
  throwIfCancelled(signal, video.name)
  const read = await readTracks(session, run, signal)
  throwIfCancelled(signal, video.name)
  const changes = await session.inTurn(async () => {
    throwIfCancelled(signal, video.name)
    if (isTaken(project, run.id)) return []
    const whole = { first: 0, last: video.frameCount - 1 }
    const live = liveTracks(project, video).filter(isOpen)
    const paths = live.map(track => {
      const answer = read.get(track.record.key)
      const path = answer?.stamp === stampOf(track) ? keepAccepted(project, video, track, answer.path, null) : null
      return { key: track.record.key, path: path ?? track.path, stale: path ? null : whole }
    })
    const isRefit = (taughtOf(project, run.id)?.refitOf ?? null) !== null
    const kept = new Set(isRefit ? live.flatMap((track, i) => (keepsItsPath(track, paths[i].path) ? [track.record.key] : [])) : [])
    session.commit(label, draft => {
      draft.setPaths(paths.filter(({ key }) => !kept.has(key)))
      draft.chooseField(run.id)
      noteTaken(project, run.id)
    })
    return live.flatMap(({ record, edits, path }, i): PathChange[] => {
      const after = paths[i]
      return path && after.path && !after.stale && !kept.has(record.key) ? [{ key: record.key, edits, before: path, after: after.path }] : []
    })
  })
  const disagree = await disagreements(field, liveTracks(project, video), signal)
  if (signal.aborted) return
  const impact = { runId: run.id, deltaPx: DELTA_PX, moved: movedTracks(changes, video), disagree }
  saveImpact(project, impact)
  emit({ kind: 'impact', ...session.ref, impact })
}

/** Locked tracks keep what they have. */
const isOpen = ({ record, path }: LiveTrack) => !record.locked || path === null

/** A refit is for what was corrected: other tracks take its reading where it is surer than theirs, and lose nothing where it is not. */
function keepsItsPath({ record, edits, path, stale }: LiveTrack, read: TrackPath | null): boolean {
  const isCorrected = humanNodes(record, edits).length > 1 || edits.labels.length > 0
  return !isCorrected && path?.source === 'field' && stale === null && read !== null && read !== path && !isSurer(read, path)
}

interface ReadPath {
  readonly path: TrackPath
  /** What it was read for. */
  readonly stamp: string
}

const stampOf = ({ record, edits }: LiveTrack) => JSON.stringify([record.query, edits])

/** Paths by track key. What the run itself read is taken where it was asked of the very point and nothing else was set. */
async function readTracks({ project, video, field }: VideoSession, run: RunRecord, signal: AbortSignal): Promise<Map<number, ReadPath>> {
  const found = new Map<number, ReadPath>()
  const queryOf = new Map(project.runs.queries(run.id).map(query => [query.id, query]))
  const result = project.predictions.read(run.id)
  const rowOf = new Map(result.ids.map((id, row) => [id, row]))
  const asked: LiveTrack[] = []
  for (const track of liveTracks(project, video).filter(isOpen)) {
    const { record, edits } = track
    const nodes = humanNodes(record, edits)
    const query = queryOf.get(record.id)
    const row = rowOf.get(record.id)
    const [node] = nodes
    const plain = nodes.length === 1 && edits.labels.length === 0 && query?.frame === node.frame && query.x === node.x && query.y === node.y
    if (plain && row !== undefined) found.set(record.key, { path: pathOfRow(result, row, 'field'), stamp: stampOf(track) })
    else asked.push(track)
  }
  for (let first = 0; first < asked.length && !signal.aborted; first += BATCH) {
    const batch = asked.slice(first, first + BATCH)
    const paths = await field.track(batch.map(({ record, edits }) => ({ nodes: humanNodes(record, edits), labels: edits.labels })))
    // They are read later, when the field can be asked.
    if (!paths) break
    batch.forEach((track, i) => found.set(track.record.key, { path: paths[i], stamp: stampOf(track) }))
  }
  return found
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
