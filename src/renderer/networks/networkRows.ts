/** The networks as their dialog lists them: known and installed ones together, by what they are for. Pure. Not here: downloads under way. */
import { modelRoles, type InstalledModel, type KnownModel, type ModelLicence, type ModelRole, type ModelsView } from '../../shared/models.ts'
import { fileSize } from '../projects/pickRules.ts'

/** used: learned supervision takes it; installed: it is there; address: it can be downloaded; file: nobody knows an address of it. */
export type NetworkState = 'used' | 'installed' | 'address' | 'file'

export interface NetworkRow {
  readonly name: string
  readonly role: ModelRole
  readonly title: string
  readonly state: NetworkState
  readonly known: KnownModel | null
  readonly installed: InstalledModel | null
  readonly licence: ModelLicence | null
  /** Null: unknown. */
  readonly bytes: number | null
}

export interface NetworkGroup {
  readonly role: ModelRole
  readonly rows: readonly NetworkRow[]
}

const rank: Readonly<Record<NetworkState, number>> = { used: 0, installed: 1, address: 2, file: 3 }

/** What there is of each role: those installed first, then those that can be had. */
export function networkGroups({ known, installed, used }: Pick<ModelsView, 'known' | 'installed' | 'used'>): NetworkGroup[] {
  const newest = installed.toSorted((a, b) => b.addedAt - a.addedAt)
  // The same file may be there under two names: the later one stands for it.
  const inUse = new Set(Object.values(used).map(sha256 => newest.find(model => model.sha256 === sha256)))
  const names = new Set(installed.map(({ name }) => name))
  const rows: NetworkRow[] = [
    ...newest.map((model): NetworkRow => {
      const of = known.find(one => one.name === model.name) ?? known.find(one => one.sha256 === model.sha256) ?? null
      const { name, role, licence, bytes } = model
      return { name, role, title: of?.title ?? name, state: inUse.has(model) ? 'used' : 'installed', known: of, installed: model, licence, bytes }
    }),
    ...known.filter(({ name }) => !names.has(name)).map((one): NetworkRow => {
      const { name, role, title, licence, bytes } = one
      return { name, role, title, state: one.address === null ? 'file' : 'address', known: one, installed: null, licence, bytes }
    }),
  ]
  return modelRoles.map(role => ({ role, rows: rows.filter(row => row.role === role).sort((a, b) => rank[a.state] - rank[b.state]) }))
}

export const roleWords: Readonly<Record<ModelRole, { readonly title: string; readonly text: string }>> = {
  flow: { title: 'Flow', text: 'Where every pixel goes from one frame to another: used where built-in flow does not hold.' },
  depth: { title: 'Depth', text: 'What lies in front of what, in place of depth from motion.' },
  features: { title: 'Features', text: 'Finds points again in frames far apart: used where built-in matches leave gaps.' },
  tracker: { title: 'Trackers', text: 'Track points by themselves, to be compared with yours: Field, Track with another tracker.' },
}

export const stateWords: Readonly<Record<NetworkState, string>> = {
  used: 'Installed, used',
  installed: 'Installed',
  address: 'Can be downloaded',
  file: 'Bring the file',
}

/** Size, licence and source in a line. */
export function networkFacts({ name, title, bytes, licence, installed }: NetworkRow): string {
  const facts = [title === name ? null : name, bytes === null ? 'size not known' : fileSize(bytes), licenceName(licence, installed !== null)]
  return facts.filter(Boolean).join(' · ')
}

function licenceName(licence: ModelLicence | null, isInstalled: boolean): string {
  return licence?.name ? `licence ${licence.name}` : isInstalled && !licence ? 'licence not known' : 'licence: see its page'
}

/** Names of the networks that learned supervision uses, by role; null where what is built in stays. */
export function usedNames({ known, installed, used }: Pick<ModelsView, 'known' | 'installed' | 'used'>): Readonly<Record<'flow' | 'depth' | 'features', string | null>> {
  const nameOf = (sha256: string | undefined) => {
    const model = sha256 === undefined ? undefined : installed.find(one => one.sha256 === sha256)
    return model ? (known.find(one => one.name === model.name)?.title ?? model.name) : null
  }
  return { flow: nameOf(used.flow), depth: nameOf(used.depth), features: nameOf(used.features) }
}
