/**
 * The methods of a benchmark: what a person names on the command line, as all that a process needs to run it and as what tells its
 * results from those of other settings. Not here: running (runCell.ts), the trackers themselves (server/trackers).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { LearnedSupervision } from '../../shared/models.ts'
import { presetNames, presets, type PresetName, type TrackSettings } from '../../shared/presets.ts'
import type { BuiltinTracker, TrackerInfo } from '../../shared/trackers.ts'

/** What one method runs; a seed is added for each cell. */
export type MethodRun =
  | { readonly kind: 'field'; readonly settings: TrackSettings; readonly learned?: LearnedSupervision }
  | { readonly kind: 'tracker'; readonly tracker: string; readonly network: string | null; readonly longSide: number }

export interface Method {
  /** As it was named: `tapline:no-depth+B=8`, `chained`. */
  readonly name: string
  readonly run: MethodRun
  /** Whether another seed gives another result; others run once. */
  readonly seeded: boolean
  /** Why it cannot run here; null when it can. */
  readonly problem: string | null
}

export interface MethodSurroundings {
  readonly preset: PresetName
  /** Steps of the field's fit in place of the preset's. */
  readonly steps?: number
  readonly trackers: readonly TrackerInfo[]
  /** The networks that supervise `tapline:learned`: those installed now. */
  readonly learned: LearnedSupervision
}

/** Methods named once, by commas; each must be one that there is. @throws TaplineError 'usage' */
export function parseMethods(text: string, surroundings: MethodSurroundings): Method[] {
  const names = [...new Set(text.split(',').map(name => name.trim()).filter(Boolean))]
  if (names.length === 0) throw new TaplineError('usage', '--methods', 'it names no method', methodsThereAre(surroundings.trackers))
  return names.map(name => parseMethod(name, surroundings))
}

function parseMethod(name: string, surroundings: MethodSurroundings): Method {
  const [base, ...rest] = name.split(':')
  if (base === 'tapline') return fieldMethod(name, rest.join(':'), surroundings)
  const { trackers, preset } = surroundings
  const tracker = trackers.find(info => info.name === name)
  if (!tracker) throw new TaplineError('usage', `--methods ${name}`, 'there is no such method', methodsThereAre(trackers))
  const run = { kind: 'tracker', tracker: name, network: tracker.network, longSide: presets[preset].longSide } as const
  return { name, run, seeded: tracker.network === null && !unseeded.has(name), problem: tracker.problem }
}

/** Built-in trackers that draw no random numbers; neither do networks. */
const unseeded: ReadonlySet<string> = new Set(['chained', 'sift'] satisfies BuiltinTracker[])

const methodsThereAre = (trackers: readonly TrackerInfo[]) =>
  `There are tapline (with variants after a colon, such as tapline:no-depth+B=8), ${trackers.map(info => info.name).join(', ')}.`

/** What may stand after `tapline:`, joined by +. */
export const variantList = ['learned', 'no-depth', 'no-long-term', 'affine', 'B=N', 'steps=N', ...presetNames] as const

function fieldMethod(name: string, variants: string, { preset, steps, learned }: MethodSurroundings): Method {
  const wanted = variants === '' ? [] : variants.split('+')
  const named = wanted.filter((variant): variant is PresetName => (presetNames as readonly string[]).includes(variant))
  const base = presets[named[0] ?? preset]
  const changed: { -readonly [Key in keyof TrackSettings]?: TrackSettings[Key] } = { ...(steps !== undefined && { steps }) }
  if (named.length > 1) throw badVariant(name, `${named.join(' and ')} are two presets`)
  let usesLearned = false
  for (const variant of wanted) {
    const number = /^(B|steps)=(\d+)$/.exec(variant)
    if (variant === 'learned') usesLearned = true
    else if (variant === 'no-depth') changed.useDepthPrior = false
    else if (variant === 'no-long-term') changed.useLongTerm = false
    else if (variant === 'affine') changed.coupling = 'affine'
    else if (number?.[1] === 'B') changed.controlPoints = controlPointsOf(name, Number(number[2]))
    else if (number && Number(number[2]) >= 1) changed.steps = Number(number[2])
    else if (!(presetNames as readonly string[]).includes(variant)) throw badVariant(name, `"${variant}" is no variant`)
  }
  const problem = usesLearned && Object.keys(learned).length === 0 ? 'no network for flow, depth or features is installed; see "npx tapline models list"' : null
  return { name, run: { kind: 'field', settings: { ...base, ...changed }, ...(usesLearned && { learned }) }, seeded: true, problem }
}

function controlPointsOf(name: string, points: number): number {
  if (points < 2 || points > 16 || points % 2 !== 0) throw badVariant(name, `B=${points} is not an even number from 2 to 16`)
  return points
}

function badVariant(name: string, reason: string): TaplineError {
  return new TaplineError('usage', `--methods ${name}`, reason, `After tapline: come, joined by +, ${variantList.join(', ')}.`)
}
