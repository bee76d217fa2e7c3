/**
 * What a person brings to supervise a run, checked against the clip before the hours of work. Not here: how a run keeps it
 * (runSupervision.ts), what becomes of it (toolbox.ts).
 */
import { resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import { readDepthFolder } from '../decode/depthFolder.ts'
import { openSequenceFolder } from '../decode/sequenceFolder.ts'

/** A folder of depth maps: their number and the first are checked now, the others when they are needed. @returns its absolute path. @throws TaplineError */
export async function checkDepthFolder(folder: string, frameCount: number): Promise<string> {
  const maps = await readDepthFolder(folder)
  if (maps.count !== frameCount)
    throw new TaplineError('bad-file', folder, `it holds ${counted(maps.count, 'depth map')}, the clip has ${counted(frameCount, 'frame')}`, 'Give a folder with one .png, .npy or .npz for each frame.')
  // One is read now, so that maps of another kind are found before the hours of work.
  await maps.read(0)
  return resolve(folder)
}

/** A sequence folder of other tools, opened now, so that one of another clip is found in time. @returns its absolute path. @throws TaplineError */
export async function checkSequenceFolder(folder: string, frameCount: number): Promise<string> {
  const sequence = await openSequenceFolder(resolve(folder))
  if (sequence.frameCount !== frameCount)
    throw new TaplineError('bad-file', folder, `it holds ${counted(sequence.frameCount, 'frame')}, the clip has ${counted(frameCount, 'frame')}`, 'Give the sequence folder that was made from this very clip.')
  return resolve(folder)
}

const counted = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
