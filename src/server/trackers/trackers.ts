/**
 * The trackers that there are beside the field: those built in, and one for each installed network of that role. Networks' code is loaded
 * only when one is opened. Not here: the trackers (pipeline/trackers, networkTracker.ts), the process that runs one (runTracker.ts).
 */
import { chainedTracker } from '../../pipeline/trackers/chainedTracker.ts'
import { omniMotionTracker } from '../../pipeline/trackers/omnimotion/omniMotion.ts'
import { siftTracker } from '../../pipeline/trackers/siftTracker.ts'
import type { Tracker } from '../../pipeline/trackers/tracker.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { InstalledModel, TrackerConventions } from '../../shared/models.ts'
import type { BuiltinTracker, TrackerInfo } from '../../shared/trackers.ts'
import { readManifest } from '../models/manifest.ts'
import { ModelStore } from '../models/modelStore.ts'

interface BuiltIn {
  readonly title: string
  readonly text: string
  readonly open: () => Tracker
}

const builtIn: Readonly<Record<BuiltinTracker, BuiltIn>> = {
  chained: {
    title: 'Chained flow',
    text: 'Optical flow of one frame to the next, followed step by step. Quick and accurate over short spans; it drifts, and what is once hidden is seldom found again.',
    open: chainedTracker,
  },
  sift: {
    title: 'SIFT matches',
    text: 'Finds the surroundings of the query in other frames by their features, and interpolates between. Finds things again after long gaps; needs texture.',
    open: siftTracker,
  },
  omnimotion: {
    title: 'OmniMotion',
    text: 'The earlier method of a quasi-3D volume fitted to flow, at small size: a baseline for comparison. Slow.',
    open: omniMotionTracker,
  },
}

/** A tracker's network: TAPIR's point encoder is a part of another. */
type Family = Exclude<TrackerConventions['family'], 'tapir-encoder'>

const familyText: Readonly<Record<Family, string>> = {
  tapir: 'TAPIR: a network that looks for the point in every frame and follows it with a memory. An installed file and its point encoder.',
  cotracker: 'CoTracker: a network that follows all points together, in windows of frames. An installed file.',
}

interface Listed {
  readonly info: TrackerInfo
  readonly open: () => Promise<Tracker>
}

/** All of them, in the order in which they are offered: those that cannot run here say why. */
export async function listTrackers(store = new ModelStore()): Promise<TrackerInfo[]> {
  return (await listed(store)).map(({ info }) => info)
}

/** @throws TaplineError 'not-found' with the names that there are; 'unsupported' with the reason when it cannot run. */
export async function openTracker(name: string, store = new ModelStore()): Promise<Tracker> {
  const trackers = await listed(store)
  const found = trackers.find(({ info }) => info.name === name)
  if (!found) throw new TaplineError('not-found', name, 'there is no tracker of this name', `Choose one of ${trackers.map(({ info }) => info.name).join(', ')}.`)
  if (found.info.problem !== null) throw new TaplineError('unsupported', name, found.info.problem, 'Choose another tracker, or see "npx tapline models list".')
  return found.open()
}

async function listed(store: ModelStore): Promise<Listed[]> {
  const own = Object.entries(builtIn).map(([name, { title, text, open }]): Listed => ({ info: { name, title, text, problem: null, network: null }, open: async () => open() }))
  const networks = (await store.list()).filter(model => model.role === 'tracker').sort((a, b) => b.addedAt - a.addedAt)
  const family = (model: InstalledModel) => (model.conventions?.kind === 'tracker' ? model.conventions.family : null)
  const encoder = networks.find(model => family(model) === 'tapir-encoder') ?? null
  const titles = new Map(readManifest().map(known => [known.name, known.title]))
  const others = networks.filter(model => family(model) !== 'tapir-encoder').sort((a, b) => a.name.localeCompare(b.name))
  return [
    ...own,
    ...others.map((model): Listed => {
      const { name, conventions } = model
      const known = conventions?.kind === 'tracker' && conventions.family !== 'tapir-encoder' ? conventions : null
      const problem = Object.hasOwn(builtIn, name)
        ? 'the network has the name of a built-in tracker: add it again under another --name'
        : known === null
          ? 'it was installed before trackers could run: add its file again'
          : known.family === 'tapir' && !encoder
            ? 'its point encoder is missing: add the second file of the export with "npx tapline models add FILE.onnx --role tracker"'
            : null
      const title = titles.get(name) ?? name
      return {
        info: { name, title, text: known ? familyText[known.family] : 'An installed network.', problem, network: model.sha256 },
        async open() {
          const { networkTracker } = await import('./networkTracker.ts')
          return networkTracker(store, model, title, known!, known!.family === 'tapir' ? encoder : null)
        },
      }
    }),
  ]
}
