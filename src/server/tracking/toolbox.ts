/** The parts that track a clip here: built-in supervision and the CPU engine. Not here: which part a user prefers. */
import { createWasmEngine } from '../../engine/wasm/wasmEngine.ts'
import { builtinDepth } from '../../pipeline/supervision/depth/builtinDepth.ts'
import { folderDepth } from '../../pipeline/supervision/depth/folderDepth.ts'
import { builtinFlow } from '../../pipeline/supervision/flow/builtinFlow.ts'
import { builtinMatches } from '../../pipeline/supervision/matches/builtinMatches.ts'
import { createPatches } from '../../pipeline/tracks/patches.ts'
import type { Toolbox } from '../../pipeline/trackVideo.ts'
import { readDepthFolder } from '../decode/depthFolder.ts'

/** @param depthFolder depth maps that the person has, in place of the built-in prior. */
export function builtinToolbox(depthFolder?: string): Toolbox {
  return {
    createEngine: createWasmEngine,
    flow: builtinFlow(),
    matches: builtinMatches(),
    depth: depthFolder ? folderDepth(depthFolder, readDepthFolder) : builtinDepth(),
    createPatches,
  }
}
