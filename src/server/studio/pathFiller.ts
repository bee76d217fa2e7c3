/**
 * Reads in the background the paths that a gesture could not wait for: of tracks that show none yet, or are stale. A path is taken only
 * if nothing of its track changed meanwhile; it is no step of undo, since whatever asked for it is one. Not here: gestures.
 */
import { humanNodes } from '../../pipeline/edits/humanNodes.ts'
import type { TrackAsk } from '../../shared/fieldTracker.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import { keepAccepted } from './keepAccepted.ts'
import { liveTracks, type LiveTrack } from './liveTracks.ts'
import type { VideoSession } from './videoSession.ts'

/** Tracks read at a time: the first of many are there soon. */
const BATCH = 24

export class PathFiller {
  readonly #session: VideoSession
  #running = false
  #again = false
  #stopped = false
  /** Kept from an answer that could not be used; asked again only when they change. */
  readonly #failed = new Map<number, string>()

  constructor(session: VideoSession) {
    this.#session = session
  }

  /** There may be something to read, or someone to ask. */
  wake(): void {
    this.#again = true
    if (this.#running || this.#stopped) return
    this.#running = true
    void this.#run().finally(() => {
      this.#running = false
    })
  }

  stop(): void {
    this.#stopped = true
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      // Let the gesture that woke us return first.
      await new Promise(resolve => setImmediate(resolve))
      while (!this.#stopped && (await this.#fillSome()));
    }
  }

  /** Whether there was anything to read, and someone who could. */
  async #fillSome(): Promise<boolean> {
    const { project, video, field } = this.#session
    if (this.#stopped || !field.kind) return false
    const candidates = [...project.paths.refs(video.id)].filter(([, ref]) => ref.pathId === null || ref.stale).map(([key]) => key)
    const waiting = liveTracks(project, video, candidates)
      .filter(track => (!track.path || track.stale) && this.#failed.get(track.record.key) !== stampOf(track))
      .slice(0, BATCH)
    if (waiting.length === 0) return false
    const paths = await field.track(waiting.map(askOf))
    if (!paths || this.#stopped) return false
    const filled = project.gesture(() => {
      const keys = waiting.flatMap((track, i) => this.#take(track, paths[i]))
      project.paths.sweep(video.id)
      return keys
    })
    if (filled.length > 0) await this.#session.announce(filled)
    return true
  }

  /** The key of the track whose path was taken. */
  #take(asked: LiveTrack, path: TrackPath): number[] {
    const { project, video } = this.#session
    const [now] = liveTracks(project, video, [asked.record.key])
    const { key } = asked.record
    if (!now || stampOf(now) !== stampOf(asked)) return []
    if (path.states.length !== video.frameCount) {
      this.#failed.set(key, stampOf(asked))
      return []
    }
    const kept = keepAccepted(project, video, now, path, asked.stale)
    project.paths.show(key, { pathId: project.paths.add(video.id, kept), at: Date.now(), stale: null })
    return [key]
  }
}

/** What the answer depends on, beside the field. */
function stampOf({ record, edits, stale, path }: LiveTrack): string {
  return JSON.stringify([record.query, edits, stale, path === null])
}

function askOf({ record, edits, path, stale }: LiveTrack): TrackAsk {
  const nodes = humanNodes(record, edits)
  return { nodes, labels: edits.labels, ...(path && stale && { span: stale, base: path }) }
}
