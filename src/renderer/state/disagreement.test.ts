import { describe, expect, test } from 'vitest'
import { trackView } from '../../../test/builders/trackView.ts'
import { emptyTracks } from '../../shared/tracks.ts'
import { DISAGREE_PX_OF_256, disagreementAt, disagreements } from './disagreement.ts'
import { shownTrack } from './shownTrack.ts'

const video = { width: 512, height: 256, frameCount: 5 }

describe('a reference disagrees', () => {
  const ours = shownTrack(trackView({ key: 1, states: [0, 0, 0, 1, 3] }), video)
  const tracks = emptyTracks(['r'], 5, video)
  tracks.positions.set(ours.positions)
  tracks.states.set([0, 0, 0, 0, 0])

  test('where it is too far away, measured at 256 by 256, or sees what we do not', () => {
    // Twice as wide as high: across, the allowance is twice as many px of the clip.
    tracks.positions[2] += 2 * DISAGREE_PX_OF_256 - 0.01
    tracks.positions[5] += DISAGREE_PX_OF_256 + 0.01
    expect([...disagreements(ours, { tracks }, 0, video, [])]).toEqual([0, 0, 1, 1, 0])
    tracks.positions[2] += 0.02
    expect([...disagreements(ours, { tracks }, 0, video, [])]).toEqual([0, 1, 1, 1, 0])
    expect([0, 1, 2, 3, 4, 5].map(frame => disagreementAt(ours, { tracks }, 0, frame, video))).toEqual([null, 'position', 'position', 'visibility', null, null])
  })

  test('no more where a person has decided', () => {
    expect([...disagreements(ours, { tracks }, 0, video, [{ first: 2, last: 3 }])]).toEqual([0, 1, 0, 0, 0])
  })
})
