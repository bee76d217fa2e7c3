/** What supervised a run, as a sentence without its full stop. Pure. */
import type { ModelRole } from '../../../shared/models.ts'
import type { RunSupervision } from '../../../shared/rpc.ts'
import type { ReferenceSummary } from '../../../shared/studio/document.ts'

const roles: Readonly<Record<ModelRole, string>> = { flow: 'flow', depth: 'depth', features: 'matches', tracker: 'tracks' }

/** 'Built-in supervision', 'Supervised by installed networks: flow by raft-small-6; also tracks of Chained flow' */
export function supervisionWords({ by, folder, depthFolder, networks, references = [] }: RunSupervision, known: readonly Pick<ReferenceSummary, 'id' | 'name'>[]): string {
  const main = {
    builtin: 'Built-in supervision',
    learned: `Supervised by installed networks${networks.length ? `: ${networks.map(({ role, name, sha256 }) => `${roles[role]} by ${name ?? `one that is gone (${sha256.slice(0, 8)})`}`).join(', ')}` : ''}`,
    folder: `Supervised by the folder ${folder ? nameOf(folder) : 'of another method'}`,
  }[by]
  const names = references.map(id => known.find(reference => reference.id === id)?.name ?? 'a reference that is gone')
  const more = [depthFolder && `depth maps of ${nameOf(depthFolder)}`, names.length && `tracks of ${names.join(', ')}`].filter(Boolean)
  return `${main}${more.length ? `; also ${more.join(' and ')}` : ''}`
}

const nameOf = (path: string): string => path.split(/[/\\]/).findLast(Boolean) ?? path
