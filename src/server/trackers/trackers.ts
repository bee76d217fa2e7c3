/**
 * The trackers that there are beside the field: those built in, and one for each installed network of that role. Networks' code is loaded
 * only when one is opened. Not here: the trackers (pipeline/trackers, tapirTracker.ts, coTracker.ts), the process that runs one (runTracker.ts).
 */
import { chainedTracker } from '../../pipeline/trackers/chainedTracker.ts'
import { siftTracker } from '../../pipeline/trackers/siftTracker.ts'
import type { Tracker } from '../../pipeline/trackers/tracker.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { BuiltinTracker, TrackerInfo } from '../../shared/trackers.ts'
import { ModelStore } from '../models/modelStore.ts'

interface BuiltIn {
  readonly title: string
  readonly text: string
  /** Null: it cannot run. */
  readonly open: (() => Tracker) | null
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
    open: null,
  },
}

/** All of them, in the order in which they are offered: those that cannot run here say why. */
export async function listTrackers(store = new ModelStore()): Promise<TrackerInfo[]> {
  const own = Object.entries(builtIn).map(([name, { title, text, open }]): TrackerInfo => ({ name, title, text, problem: open ? null : 'it is not there yet', network: null }))
  const networks = (await store.list()).filter(model => model.role === 'tracker')
  return [...own, ...networks.map((model): TrackerInfo => ({ name: model.name, title: model.name, text: 'An installed network.', problem: 'it is not run yet', network: model.sha256 }))]
}

/** @throws TaplineError 'not-found' with the names that there are; 'unsupported' with the reason when it cannot run. */
export async function openTracker(name: string, store = new ModelStore()): Promise<Tracker> {
  const infos = await listTrackers(store)
  const info = infos.find(tracker => tracker.name === name)
  if (!info) throw new TaplineError('not-found', name, 'there is no tracker of this name', `Choose one of ${infos.map(tracker => tracker.name).join(', ')}.`)
  const open = info.network === null ? builtIn[name as BuiltinTracker].open : null
  if (!open) throw new TaplineError('unsupported', name, info.problem ?? 'it cannot run', 'Choose another tracker.')
  return open()
}
