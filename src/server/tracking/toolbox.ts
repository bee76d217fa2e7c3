/** The parts that track a clip here: built-in supervision, installed networks, or what the person brings, and the CPU engine. */
import { existsSync } from 'node:fs'
import { createWasmEngine } from '../../engine/wasm/wasmEngine.ts'
import { builtinDepth } from '../../pipeline/supervision/depth/builtinDepth.ts'
import { folderDepth } from '../../pipeline/supervision/depth/folderDepth.ts'
import { builtinFlow } from '../../pipeline/supervision/flow/builtinFlow.ts'
import { builtinMatches } from '../../pipeline/supervision/matches/builtinMatches.ts'
import { createPatches } from '../../pipeline/tracks/patches.ts'
import { folderFlow, folderMatches } from '../../pipeline/supervision/folder/sequenceFolder.ts'
import type { DepthProvider } from '../../pipeline/supervision/supervision.ts'
import type { Toolbox } from '../../pipeline/trackVideo.ts'
import type { UserSupervision } from '../../shared/jobs.ts'
import { readDepthFolder } from '../decode/depthFolder.ts'
import type { LearnedProviders } from '../models/learnedProviders.ts'
import { openSequenceFolder, sequenceDepthFolder } from '../decode/sequenceFolder.ts'

/** The built-in parts, but for those that the person brings or that networks take over. */
export function chooseToolbox({ depthFolder, sequenceFolder }: UserSupervision = {}, networks?: LearnedProviders): Toolbox {
  return {
    createEngine: createWasmEngine,
    flow: sequenceFolder ? folderFlow(sequenceFolder, openSequenceFolder) : (networks?.flow ?? builtinFlow()),
    matches: sequenceFolder ? folderMatches(sequenceFolder, openSequenceFolder) : (networks?.matches ?? builtinMatches()),
    depth: depthOf(depthFolder, sequenceFolder) ?? networks?.depth ?? builtinDepth(),
    createPatches,
  }
}

/** The same with the networks that a run was given; onnxruntime is loaded only for them. @param say told what does what */
export async function openToolbox(supervision: UserSupervision, say: (text: string) => void = () => {}): Promise<Toolbox> {
  if (!supervision.learned) return chooseToolbox(supervision)
  const { learnedProviders } = await import('../models/learnedProviders.ts')
  return chooseToolbox(supervision, await learnedProviders(supervision.learned, say))
}

function depthOf(depthFolder: string | undefined, sequenceFolder: string | undefined): DepthProvider | null {
  if (depthFolder) return folderDepth(depthFolder, readDepthFolder)
  const ofSequence = sequenceFolder && sequenceDepthFolder(sequenceFolder)
  if (!ofSequence) return null
  return existsSync(ofSequence) ? folderDepth(ofSequence, readDepthFolder) : builtinDepth()
}
