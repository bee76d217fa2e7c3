/** The timeline alone, as high as ?height= says, with the keys of the window. */
import { startKeyBindings } from '../../../src/renderer/commands/keyBindings.ts'
import { TimelineArea } from '../../../src/renderer/timeline/TimelineArea.tsx'
import { useTimeline } from '../../../src/renderer/timeline/timelineStore.ts'
import { xOf } from '../../../src/renderer/timeline/timeAxis.ts'
import { mountPage } from '../mountPage.tsx'

declare global {
  interface Window {
    /** Where things of the timeline are, px of the page. */
    timeline: { readonly store: typeof useTimeline; xOf(frame: number): number }
  }
}

const lanesLeft = () => document.querySelector('.lanes')!.getBoundingClientRect().left

window.timeline = { store: useTimeline, xOf: frame => lanesLeft() + xOf(useTimeline.getState().axis, frame) }
startKeyBindings()
const height = Number(new URLSearchParams(location.search).get('height') ?? 320)
void mountPage(
  <div style={{ position: 'fixed', inset: `auto 0 0 0`, height }}>
    <TimelineArea />
  </div>,
)
