/** The commands that edit keyframes and labels, and those that track again. Not here: what they work on (editTargets.ts), words and keys. */
import type { LabelKind } from '../../shared/projectRecords.ts'
import type { FrameSpan, Gesture } from '../../shared/studio/gestures.ts'
import { registerCommands, type CommandAction } from '../commands/registry.ts'
import { notify } from '../state/appStore.ts'
import { type OpenDocument, currentDocument } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import { useView } from '../state/viewStore.ts'
import {
  allLabelled, copyLabels, keyframesHere, keyframeToggle, labelToggle, pasteLabels, spansHere, spansWithKeyframes, targetSpans, type CopiedLabels,
} from './editTargets.ts'

/** What 'Copy labels' took; of this window only. */
let copied: CopiedLabels | null = null

type Edit = (document: OpenDocument, spans: readonly FrameSpan[]) => Gesture | null

const here = (document: OpenDocument) => spansHere(document, useView.getState())
const target = (document: OpenDocument) => targetSpans(document, useView.getState())

/** A command that makes one gesture of the spans, enabled where it would make one. */
function editing(spansOf: (document: OpenDocument) => readonly FrameSpan[], edit: Edit): CommandAction {
  const gesture = () => {
    const document = currentDocument()
    const spans = document ? spansOf(document) : []
    return document && spans.length ? edit(document, spans) : null
  }
  return {
    run: () => {
      const made = gesture()
      return made ? applyGesture(made) : undefined
    },
    enabled: () => gesture() !== null,
  }
}

function labelling(kind: LabelKind): CommandAction {
  return {
    ...editing(target, (document, spans) => labelToggle(document, spans, kind)),
    checked: () => {
      const document = currentDocument()
      return document !== null && allLabelled(document, target(document), kind)
    },
  }
}

/** Whether a person gave any frame of the spans a label. */
function anyLabelled({ tracks }: OpenDocument, spans: readonly FrameSpan[]): boolean {
  return spans.some(({ key, first, last }) => tracks.get(key)!.edits.labels.some(range => range.last >= first && range.first <= last))
}

/** Of the marquee, the range, or, where neither says, all frames. */
function spansToCopy(document: OpenDocument): readonly FrameSpan[] {
  const view = useView.getState()
  if (view.laneSelection || view.range) return target(document)
  return here(document).map(({ key }) => ({ key, first: 0, last: document.record.frameCount - 1 }))
}

function copy(): void {
  const document = currentDocument()
  copied = document && copyLabels(document, spansToCopy(document))
  if (!copied) return
  const ranges = copied.lanes.reduce((sum, lane) => sum + lane.length, 0)
  notify({ tone: 'info', text: `Copied ${ranges === 1 ? '1 label' : `${ranges} labels`} of ${copied.frames === 1 ? '1 frame' : `${copied.frames} frames`}.` })
}

/** From where the marquee begins, or the play head; all frames of a track go where they were. */
const pasting: Edit = (document, spans) => {
  if (!copied) return null
  const start = useView.getState().laneSelection?.first ?? (copied.frames === document.record.frameCount ? 0 : useView.getState().frame)
  return pasteLabels(document, copied, spans.map(({ key }) => key), start)
}

const propagating = (direction: 'forward' | 'both'): CommandAction =>
  editing(here, (_, spans) => ({ kind: 'propagate', keys: spans.map(({ key }) => key), frame: useView.getState().frame, direction }))

/** Keyframes and labels of the marquee's cells, or of the selected tracks here: what the context menu clears. */
export const clearingEdits: CommandAction = editing(target, (document, spans) => {
  return anyLabelled(document, spans) || spansWithKeyframes(document, spans).length ? { kind: 'clearEdits', spans } : null
})

/** Registers them until the returned function is called. */
export function registerLabelCommands(): () => void {
  return registerCommands({
    'keyframe.toggle': editing(here, keyframeToggle),
    'keyframe.delete': editing(target, (document, spans) => {
      const some = spansWithKeyframes(document, spans)
      return some.length ? { kind: 'removeKeyframes', spans: some } : null
    }),
    'point.save': editing(here, keyframesHere),
    'label.occluded': labelling('occluded'),
    'label.outOfFrame': labelling('outOfFrame'),
    'label.visible': labelling('visible'),
    'label.clear': editing(target, (document, spans) => (anyLabelled(document, spans) ? { kind: 'setLabels', spans, label: null } : null)),
    'edit.copyLabels': { run: copy, enabled: () => currentDocument() !== null && spansToCopy(currentDocument()!).length > 0 },
    'edit.pasteLabels': editing(target, pasting),
    'track.propagate': propagating('forward'),
    'track.propagateBoth': propagating('both'),
  })
}
