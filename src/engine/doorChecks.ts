/** Checks of what callers hand to an engine, the same for all engines. Broken callers get an Error that says what is wrong. */
import { parameterGroups } from './backend.ts'
import type { Batch, FieldShape, FieldState } from './backend.ts'
import type { FieldLayout } from './layout.ts'

function check(ok: boolean, what: string): void {
  if (!ok) throw new Error(`field engine: ${what}`)
}

/** Throws unless the arrays of a batch agree, its frames exist, and its groups lie one after the other and cover all points. */
export function checkBatch(shape: FieldShape, batch: Batch): void {
  const points = batch.weight.length
  check(batch.source.length === 2 * points && batch.target.length === 2 * points, 'source and target need two numbers a point')
  check(batch.kind.length === points, 'kind needs one number a point')
  check(batch.groups.length % 4 === 0, 'groups need four numbers each')
  let next = 0
  for (let g = 0; g < batch.groups.length; g += 4) {
    const [i, j, first, count] = batch.groups.subarray(g, g + 4)
    check(i >= 0 && i < shape.frames && j >= 0 && j < shape.frames, `group ${g / 4} names frames ${i} and ${j} of ${shape.frames}`)
    check(first === next && count >= 0, `group ${g / 4} must start at point ${next}`)
    next += count
  }
  check(next === points, `groups cover ${next} of ${points} points`)
  for (let p = 0; p < points; p++) check(batch.kind[p] <= 4, `point ${p} has unknown kind ${batch.kind[p]}`)
}

/** Throws unless a readout's arrays agree and its frames exist. */
export function checkReadRequest(shape: FieldShape, frames: Int32Array, points: Float32Array, targets: Int32Array, depths?: Float32Array): void {
  check(points.length === 2 * frames.length, 'query points need two numbers a query')
  check(!depths || depths.length === frames.length, 'depths need one number a query')
  const exists = (t: number) => t >= 0 && t < shape.frames
  check(frames.every(exists), 'a query names a frame that does not exist')
  check(targets.every(exists), 'a target names a frame that does not exist')
}

/** Throws unless a state has the layout's lengths. */
export function checkState(layout: FieldLayout, state: FieldState): void {
  check(Number.isInteger(state.step) && state.step >= 0, `state has step ${state.step}`)
  for (const part of [state.values, state.firstMoments, state.secondMoments])
    for (const g of parameterGroups)
      check(part[g].length === layout.lengths[g], `group ${g} of the state has ${part[g].length} values, ${layout.lengths[g]} expected`)
}
