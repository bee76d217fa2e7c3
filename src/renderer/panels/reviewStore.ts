/**
 * The reference that the Review page compares with, and its scores. Asked for again when tracks or decisions change. Not here: drawing
 * the reference on the picture (viewStore.reference), the scores themselves (pipeline/evaluate).
 */
import { create } from 'zustand'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { ReviewMetrics } from '../../shared/studio/review.ts'
import { currentDocument, isSameVideo } from '../state/documentStore.ts'
import { tell } from '../state/session.ts'

export interface ReviewState {
  /** Id of the reference; null: none. */
  readonly reference: number | null
  /** Of `reference`, or null while none has come. */
  readonly metrics: ReviewMetrics | null
  readonly problem: ErrorRecord | null
  /** The document has changed since the scores were computed, or they are on their way. */
  readonly stale: boolean
}

const nothing: ReviewState = { reference: null, metrics: null, problem: null, stale: false }

export const useReview = create<ReviewState>(() => nothing)

export function chooseReference(reference: number | null): void {
  if (reference !== useReview.getState().reference) useReview.setState({ ...nothing, reference, stale: reference !== null })
}

/** AJ by key of the track; empty without a reference. */
export function reviewScores(): ReadonlyMap<number, number> {
  return scoresOf(useReview.getState().metrics)
}

const known = new WeakMap<ReviewMetrics, ReadonlyMap<number, number>>()
const none: ReadonlyMap<number, number> = new Map()

export function scoresOf(metrics: ReviewMetrics | null): ReadonlyMap<number, number> {
  if (!metrics) return none
  const found = known.get(metrics) ?? new Map(metrics.tracks.map(track => [track.key, track.aj]))
  known.set(metrics, found)
  return found
}

/** Asks for the scores of the chosen reference; an answer that another choice has overtaken is dropped. */
export async function refreshReview(): Promise<void> {
  const document = currentDocument()
  const { reference } = useReview.getState()
  if (!document || reference === null) return
  const { project, video, revision } = document
  useReview.setState({ stale: true })
  const reply = await tell('review.metrics', { video: { project, video }, reference })
  const now = currentDocument()
  if (useReview.getState().reference !== reference || !isSameVideo(now, { project, video })) return
  // Changed meanwhile: whoever watches revisions asks again, and these scores stand until then.
  const stale = now!.revision !== revision
  useReview.setState(reply.ok ? { metrics: reply.value, problem: null, stale } : { metrics: null, problem: reply.error, stale })
}
