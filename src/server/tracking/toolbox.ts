/** The parts that track a clip here: built-in supervision, installed networks, or what the person brings, and the CPU engine. */
import { existsSync } from 'node:fs'
import { createWasmEngine } from '../../engine/wasm/wasmEngine.ts'
import { builtinDepth } from '../../pipeline/supervision/depth/builtinDepth.ts'
import { folderDepth } from '../../pipeline/supervision/depth/folderDepth.ts'
import { builtinFlow } from '../../pipeline/supervision/flow/builtinFlow.ts'
import { builtinMatches } from '../../pipeline/supervision/matches/builtinMatches.ts'
import { extraMatches, type ExtraTracks } from '../../pipeline/supervision/matches/extraMatches.ts'
import { createPatches } from '../../pipeline/tracks/patches.ts'
import { folderFlow, folderMatches } from '../../pipeline/supervision/folder/sequenceFolder.ts'
import type { DepthProvider } from '../../pipeline/supervision/supervision.ts'
import type { Toolbox } from '../../pipeline/trackVideo.ts'
import type { JobInput, UserSupervision } from '../../shared/jobs.ts'
import { readDepthFolder } from '../decode/depthFolder.ts'
import type { LearnedProviders } from '../models/learnedProviders.ts'
import { ModelStore } from '../models/modelStore.ts'
import { readExtraTracks } from './extraTracks.ts'
import { openSequenceFolder, sequenceDepthFolder } from '../decode/sequenceFolder.ts'

/** The built-in parts, but for those that the person brings or that networks take over. */
export function chooseToolbox({ depthFolder, sequenceFolder }: UserSupervision = {}, networks?: LearnedProviders, extraTracks: readonly ExtraTracks[] = []): Toolbox {
  const matches = sequenceFolder ? folderMatches(sequenceFolder, openSequenceFolder) : (networks?.matches ?? builtinMatches())
  return {
    createEngine: createWasmEngine,
    flow: sequenceFolder ? folderFlow(sequenceFolder, openSequenceFolder) : (networks?.flow ?? builtinFlow()),
    matches: extraTracks.length > 0 ? extraMatches(matches, extraTracks) : matches,
    depth: depthOf(depthFolder, sequenceFolder) ?? networks?.depth ?? builtinDepth(),
    createPatches,
  }
}

/** What a run is supervised by, and where its networks lie. */
export type OpenSupervision = UserSupervision & Pick<JobInput, 'modelsFolder'>

/** The same with the networks and the tracks that a run was given; onnxruntime is loaded only for networks. @param say told what does what */
export async function openToolbox(supervision: OpenSupervision, say: (text: string) => void = () => {}): Promise<Toolbox> {
  const { learned, extraTracks = [], modelsFolder } = supervision
  const tracks = await readExtraTracks(extraTracks)
  if (tracks.length > 0) say(`Also taught, as matches between far frames: ${tracks.reduce((sum, extra) => sum + extra.tracks.ids.length, 0)} tracks of others.`)
  if (!learned) return chooseToolbox(supervision, undefined, tracks)
  const { learnedProviders } = await import('../models/learnedProviders.ts')
  return chooseToolbox(supervision, await learnedProviders(learned, say, new ModelStore(modelsFolder)), tracks)
}

function depthOf(depthFolder: string | undefined, sequenceFolder: string | undefined): DepthProvider | null {
  if (depthFolder) return folderDepth(depthFolder, readDepthFolder)
  const ofSequence = sequenceFolder && sequenceDepthFolder(sequenceFolder)
  if (!ofSequence) return null
  return existsSync(ofSequence) ? folderDepth(ofSequence, readDepthFolder) : builtinDepth()
}
