/** The parts that track a clip here: built-in supervision, or what the person brings, and the CPU engine. */
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
import { openSequenceFolder, sequenceDepthFolder } from '../decode/sequenceFolder.ts'

/** The built-in parts, but for those that the person brings. */
export function chooseToolbox({ depthFolder, sequenceFolder }: UserSupervision = {}): Toolbox {
  return {
    createEngine: createWasmEngine,
    flow: sequenceFolder ? folderFlow(sequenceFolder, openSequenceFolder) : builtinFlow(),
    matches: sequenceFolder ? folderMatches(sequenceFolder, openSequenceFolder) : builtinMatches(),
    depth: depthOf(depthFolder, sequenceFolder),
    createPatches,
  }
}

function depthOf(depthFolder: string | undefined, sequenceFolder: string | undefined): DepthProvider {
  if (depthFolder) return folderDepth(depthFolder, readDepthFolder)
  const ofSequence = sequenceFolder && sequenceDepthFolder(sequenceFolder)
  return ofSequence && existsSync(ofSequence) ? folderDepth(ofSequence, readDepthFolder) : builtinDepth()
}
