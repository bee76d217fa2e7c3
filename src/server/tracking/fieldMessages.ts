/**
 * What passes between the server and the process of a live field: plain values that survive structured cloning. Not here: how
 * they travel (jobs/jobChannel.ts), who asks (openFieldTracker.ts), who answers (serveField.ts).
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import type { FieldTracker, FieldTrackerInput, Picture, TrackAsk } from '../../shared/fieldTracker.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import type { ImageKind } from '../../shared/studio/images.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import type { FrameIndex } from '../../shared/units.ts'
import type { ProcessChannel, ProcessLink } from '../jobs/jobChannel.ts'

/** A question and the type of its answer. */
export interface FieldQuestions {
  track: { asked: { readonly asks: readonly TrackAsk[] }; answer: readonly TrackPath[] }
  preview: { asked: { readonly frame: FrameIndex; readonly x: number; readonly y: number }; answer: TrackPath | null }
  image: { asked: { readonly image: Exclude<ImageKind, 'frame' | 'thumb'>; readonly frame: FrameIndex }; answer: Picture | null }
}
export type FieldQuestionKind = keyof FieldQuestions
export type FieldQuestion<Kind extends FieldQuestionKind = FieldQuestionKind> = { [K in Kind]: { readonly kind: K } & FieldQuestions[K]['asked'] }[Kind]
export type FieldAnswer<Kind extends FieldQuestionKind = FieldQuestionKind> = FieldQuestions[Kind]['answer']

/** One 'open' first; any number of questions once it is answered; 'close' ends the process. */
export type FieldRequest =
  | { readonly kind: 'open'; readonly input: FieldTrackerInput }
  | { readonly kind: 'ask'; readonly id: number; readonly question: FieldQuestion }
  | { readonly kind: 'close' }

/** Any number of 'progress', then 'opened' or 'failed'; then one 'answer' or 'refused' for each question. */
export type FieldResponse =
  | { readonly kind: 'progress'; readonly message: ProgressMessage }
  | { readonly kind: 'opened'; readonly field: FieldTracker['kind'] }
  | { readonly kind: 'failed'; readonly error: ErrorRecord }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: FieldAnswer }
  | { readonly kind: 'refused'; readonly id: number; readonly error: ErrorRecord }

export type FieldLink = ProcessLink<FieldRequest, FieldResponse>
export type FieldChannel = ProcessChannel<FieldRequest, FieldResponse>
