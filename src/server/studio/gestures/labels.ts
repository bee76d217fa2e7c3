/** Labels that a person gives stretches of frames, and taking back all that was set there. */
import { paintLabel } from '../../../pipeline/edits/labelRanges.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { LabelKind, VideoRecord } from '../../../shared/projectRecords.ts'
import type { FrameSpan, Gesture } from '../../../shared/studio/gestures.ts'
import { unlockedTracks } from '../liveTracks.ts'
import { withoutKeyframes } from './keyframes.ts'
import { counted, type GesturePlan, type GestureStage } from './plan.ts'
import { planRepairs } from './repair.ts'

type Of<K extends Gesture['kind']> = Extract<Gesture, { kind: K }>

const words: Readonly<Record<LabelKind, string>> = { visible: 'visible', occluded: 'occluded', outOfFrame: 'out of frame' }

type LabelItem = FrameSpan & { readonly label: LabelKind | null }

/** The path stays as it is: a label says whether the point is seen. The next reading of the track respects it. */
export async function planSetLabels(stage: GestureStage, { spans, label }: Of<'setLabels'>): Promise<GesturePlan> {
  const frames = counted(framesIn(spans), 'frame')
  return paint(stage, spans.map(span => ({ ...span, label })), label === null ? `Clear labels of ${frames}` : `Mark ${frames} ${words[label]}`)
}

export async function planPasteLabels(stage: GestureStage, { items }: Of<'pasteLabels'>): Promise<GesturePlan> {
  return paint(stage, items, 'Paste labels')
}

function paint({ project, video }: GestureStage, items: readonly LabelItem[], label: string): GesturePlan {
  const tracks = unlockedTracks(project, video, checked(items, video).map(item => item.key))
  return {
    label,
    write(draft) {
      for (const { record, edits } of tracks) {
        const own = items.filter(item => item.key === record.key)
        draft.setEdits(record.key, { ...edits, labels: own.reduce((labels, { first, last, label }) => paintLabel(labels, first, last, label), [...edits.labels]) })
      }
    },
  }
}

export async function planClearEdits(stage: GestureStage, { spans }: Of<'clearEdits'>): Promise<GesturePlan> {
  const { project, video } = stage
  const tracks = unlockedTracks(project, video, checked(spans, video).map(span => span.key))
  const repairs = tracks.map(track => {
    const own = spans.filter(span => span.key === track.record.key)
    const repair = withoutKeyframes(track, own, stage)
    const labels = own.reduce((left, { first, last }) => paintLabel(left, first, last, null), [...track.edits.labels])
    return { ...repair, edits: { ...repair.edits, labels } }
  })
  return { label: `Clear edits of ${counted(framesIn(spans), 'frame')}`, write: await planRepairs(stage, repairs) }
}

function checked(spans: readonly FrameSpan[], video: VideoRecord): readonly FrameSpan[] {
  for (const { first, last } of spans) {
    if (Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last < video.frameCount) continue
    throw new TaplineError('bad-query', video.name, `frames ${first} to ${last} are not in the clip`, `Frames go from 0 to ${video.frameCount - 1}.`)
  }
  return spans
}

const framesIn = (spans: readonly FrameSpan[]) => spans.reduce((sum, { first, last }) => sum + last - first + 1, 0)
