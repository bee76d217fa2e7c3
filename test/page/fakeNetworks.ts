/** Made-up networks and trackers for tests of the page: one of each kind, in every state. Not the manifest (resources/models). */
import type { InstalledModel, KnownModel, ModelsView } from '../../src/shared/models.ts'
import type { TrackerInfo } from '../../src/shared/trackers.ts'

const hash = (digit: string) => digit.repeat(64)

function known(name: string, more: Partial<KnownModel>): KnownModel {
  return {
    name, role: 'flow', title: name, licence: { name: null, address: null }, address: null, page: `https://example.org/${name}`, bytes: null, sha256: null, sha256From: null,
    inputs: [], outputs: [], conventions: null, remarks: '', ...more,
  }
}

export const knownFakes: readonly KnownModel[] = [
  known('flow-large', {
    title: 'Large flow', licence: { name: 'BSD-3-Clause', address: 'https://example.org/licence' }, address: 'https://example.org/flow-large.onnx', bytes: 64_100_000, sha256: hash('a'), sha256From: 'read',
    remarks: 'Sharper at the edges of what moves; takes twice the time.',
  }),
  known('flow-small', { title: 'Small flow', bytes: 4_100_000, sha256: hash('b'), sha256From: 'measured', remarks: 'Quick.' }),
  known('depth-indoor', { role: 'depth', title: 'Indoor depth', remarks: 'Made for rooms.' }),
  known('points', { role: 'tracker', title: 'Points', remarks: 'No export is published.' }),
]

export const flowConventions = {
  kind: 'flow', first: 'image1', second: 'image2', output: 'flow', order: 'xy', picture: { range: [0, 255], channels: 'rgb', mean: null, std: null, multiple: 8, least: 128 },
} as const

export function installedFake(name: string, more: Partial<InstalledModel> = {}): InstalledModel {
  return { name, role: 'flow', licence: null, source: `/fake/${name}.onnx`, bytes: 4_100_000, sha256: hash('c'), addedAt: 1_760_000_000_000, conventions: flowConventions, ...more }
}

export function fakeNetworks(installed: readonly InstalledModel[] = []): ModelsView {
  const of = (role: InstalledModel['role']) => installed.filter(model => model.role === role).toSorted((a, b) => b.addedAt - a.addedAt)[0]?.sha256
  const [flow, depth, features] = [of('flow'), of('depth'), of('features')]
  return {
    folder: '/fake/home/models',
    known: knownFakes,
    installed,
    used: { ...(flow && { flow }), ...(depth && { depth }), ...(features && { features }) },
    devices: [{ name: 'cuda', refused: 'this build of onnxruntime has no CUDA' }, { name: 'cpu', refused: null }],
  }
}

export const fakeTrackers: readonly TrackerInfo[] = [
  { name: 'chained', title: 'Chained flow', text: 'Optical flow, followed step by step. Quick; it drifts.', problem: null, network: null },
  { name: 'points', title: 'Points', text: 'A network that tracks points in windows of frames.', problem: 'its network is not installed: see Networks', network: hash('d') },
]
