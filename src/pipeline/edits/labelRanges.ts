/** Labels of one track as disjoint ranges of frames: painting and looking up. Pure. Not here: keyframes, storage. */
import type { LabelKind, LabelRange } from '../../shared/projectRecords.ts'
import type { FrameIndex } from '../../shared/units.ts'

/**
 * The ranges after frames first..last (both included) get `kind`, or lose their label when it is null. Ranges that
 * overlap are cut, neighbours of one kind are joined. Takes and returns disjoint ranges by ascending frame.
 */
export function paintLabel(ranges: readonly LabelRange[], first: FrameIndex, last: FrameIndex, kind: LabelKind | null): LabelRange[] {
  const pieces: LabelRange[] = kind === null ? [] : [{ kind, first, last }]
  for (const range of ranges) {
    if (range.first < first) pieces.push({ ...range, last: Math.min(range.last, first - 1) })
    if (range.last > last) pieces.push({ ...range, first: Math.max(range.first, last + 1) })
  }
  pieces.sort((a, b) => a.first - b.first)
  const joined: LabelRange[] = []
  for (const piece of pieces) {
    const before = joined.at(-1)
    if (before && before.kind === piece.kind && before.last + 1 === piece.first) joined[joined.length - 1] = { ...before, last: piece.last }
    else joined.push(piece)
  }
  return joined
}

/** The label of a frame, or null. */
export function labelAt(ranges: readonly LabelRange[], frame: FrameIndex): LabelKind | null {
  return ranges.find((range) => range.first <= frame && frame <= range.last)?.kind ?? null
}
