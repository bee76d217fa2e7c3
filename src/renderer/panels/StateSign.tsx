/** The sign of a track's state in one frame, as the canvas draws it: form first, colour second. Decoration: words stand beside it. */
import { TrackState } from '../../shared/tracks.ts'

export type Sign = TrackState | 'keyframe'

export function StateSign({ sign }: { readonly sign: Sign }) {
  return (
    <svg className="state-sign" width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      {form(sign)}
    </svg>
  )
}

function form(sign: Sign) {
  switch (sign) {
    case 'keyframe':
      return (
        <>
          <circle cx="7" cy="7" r="2.25" fill="currentColor" stroke="none" />
          <circle cx="7" cy="7" r="4.5" />
        </>
      )
    case TrackState.visible:
      return <circle cx="7" cy="7" r="3.25" />
    case TrackState.occluded:
      return <circle cx="7" cy="7" r="4" strokeDasharray="2 2.2" />
    case TrackState.outOfFrame:
      return <path d="M2.5 7h6M6 4.2 8.8 7 6 9.8M11.5 2.5v9" />
    default:
      return null
  }
}
