/** The gesture that sets a video's markers. */
import { TaplineError } from '../../../shared/errors.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import type { GesturePlan, GestureStage } from './plan.ts'

export async function planMarkers({ project, video }: GestureStage, { markers }: Extract<Gesture, { kind: 'setMarkers' }>): Promise<GesturePlan> {
  const outside = markers.find(({ frame }) => !Number.isInteger(frame) || frame < 0 || frame >= video.frameCount)
  if (outside) throw new TaplineError('bad-query', 'marker', `frame ${outside.frame} is not in the clip`, `Frames go from 0 to ${video.frameCount - 1}.`)
  const before = project.marks.markers(video.id).length
  const label = markers.length > before ? 'Set marker' : markers.length < before ? 'Remove marker' : 'Change marker'
  return { label, write: draft => draft.setMarkers(markers) }
}
