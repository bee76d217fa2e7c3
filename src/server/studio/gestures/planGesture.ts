/** Hands each gesture to those who know it. Not here: turns, transactions, history (videoSession.ts). */
import type { Gesture } from '../../../shared/studio/gestures.ts'
import type { VideoSession } from '../videoSession.ts'
import { planDecide } from './decide.ts'
import { planRemoveKeyframes, planSetKeyframes } from './keyframes.ts'
import { planClearEdits, planPasteLabels, planSetLabels } from './labels.ts'
import { planMarkers } from './markers.ts'
import { planMerge } from './mergeTracks.ts'
import type { GesturePlan, GestureStage } from './plan.ts'
import { planPropagate } from './propagate.ts'
import { planSplit } from './splitTrack.ts'
import { planAdd, planDelete, planDuplicate, planUpdate } from './tracks.ts'

/** Asks of more tracks than this are not waited for: their paths follow one after another. */
const ASKED_AT_ONCE = 24

/** @throws TaplineError where it cannot be done; nothing has changed then. */
export async function planGesture({ project, video, field, patienceMs }: VideoSession, gesture: Gesture): Promise<GesturePlan> {
  const stage: GestureStage = {
    project,
    video,
    ask: async asks => (asks.length === 0 || asks.length > ASKED_AT_ONCE ? null : field.track(asks, patienceMs)),
  }
  switch (gesture.kind) {
    case 'addTracks':
      return planAdd(stage, gesture)
    case 'deleteTracks':
      return planDelete(stage, gesture)
    case 'duplicateTracks':
      return planDuplicate(stage, gesture)
    case 'updateTracks':
      return planUpdate(stage, gesture)
    case 'mergeTracks':
      return planMerge(stage, gesture)
    case 'splitTrack':
      return planSplit(stage, gesture)
    case 'setKeyframes':
      return planSetKeyframes(stage, gesture)
    case 'removeKeyframes':
      return planRemoveKeyframes(stage, gesture)
    case 'setLabels':
      return planSetLabels(stage, gesture)
    case 'pasteLabels':
      return planPasteLabels(stage, gesture)
    case 'clearEdits':
      return planClearEdits(stage, gesture)
    case 'propagate':
      return planPropagate(stage, gesture)
    case 'setMarkers':
      return planMarkers(stage, gesture)
    case 'decide':
      return planDecide(stage, gesture)
  }
}
