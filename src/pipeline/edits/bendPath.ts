/**
 * A track's path while one of its points is dragged: what follows the pointer at once, until the path is repaired
 * properly. Pure, a rough likeness. Not here: the repair that follows the image (tracks/repairPath.ts).
 */
import type { Keyframe } from '../../shared/projectRecords.ts'
import type { ClipXY } from '../../shared/units.ts'

/** Beyond the outermost node nothing holds the path: the offset fades over this many frames. */
const FADE_FRAMES = 24

/**
 * A copy of `positions` [frames, 2] that passes through `moved`: its offset fades linearly to nothing at the nearest of `nodes`
 * before and after it (by any order; one at the moved frame itself does not count), beyond the outermost over `fadeFrames`.
 */
export function bendPath(
  positions: ClipXY, frames: number, nodes: readonly Pick<Keyframe, 'frame'>[], moved: Keyframe, fadeFrames: number = FADE_FRAMES,
): Float32Array {
  const bent = positions.slice()
  const dx = moved.x - positions[2 * moved.frame]
  const dy = moved.y - positions[2 * moved.frame + 1]
  let before = moved.frame - fadeFrames
  let after = moved.frame + fadeFrames
  const earlier = nodes.filter(node => node.frame < moved.frame)
  const later = nodes.filter(node => node.frame > moved.frame)
  if (earlier.length) before = Math.max(...earlier.map(node => node.frame))
  if (later.length) after = Math.min(...later.map(node => node.frame))
  for (let t = Math.max(0, before + 1); t < Math.min(frames, after); t++) {
    const share = t < moved.frame ? (t - before) / (moved.frame - before) : (after - t) / (after - moved.frame)
    bent[2 * t] += share * dx
    bent[2 * t + 1] += share * dy
  }
  bent[2 * moved.frame] = moved.x
  bent[2 * moved.frame + 1] = moved.y
  return bent
}
