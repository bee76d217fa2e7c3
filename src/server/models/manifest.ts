/** The list of known networks (resources/models/manifest.json), checked as it is read. Not here: what is installed (modelStore.ts). */
import { readFileSync } from 'node:fs'
import { TaplineError } from '../../shared/errors.ts'
import { modelRoles } from '../../shared/models.ts'
import type { KnownModel } from '../../shared/models.ts'

export const MANIFEST = new URL('../../../resources/models/manifest.json', import.meta.url)

/** What a name may look like: it becomes a file's. */
export const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,60}$/

/** @throws TaplineError 'bad-file' that names the entry and what is wrong with it. */
export function readManifest(url: URL = MANIFEST): readonly KnownModel[] {
  return checkManifest(JSON.parse(readFileSync(url, 'utf8')), url.pathname)
}

export function checkManifest(value: unknown, subject: string): readonly KnownModel[] {
  const models = (value as { models?: unknown } | null)?.models
  const fail = (reason: string): never => {
    throw new TaplineError('bad-file', subject, reason, 'Restore the file from the repository.')
  }
  if (!Array.isArray(models)) return fail('it holds no list of models')
  const names = new Set<string>()
  models.forEach((entry: Record<string, unknown>, k) => {
    const name = entry.name
    if (typeof name !== 'string' || !MODEL_NAME.test(name)) return fail(`entry ${k} has no valid name`)
    const need = (ok: boolean, what: string) => ok || fail(`${name}: ${what}`)
    need(!names.has(name), 'the name is taken twice')
    names.add(name)
    need(modelRoles.includes(entry.role as KnownModel['role']), `role is none of ${modelRoles.join(', ')}`)
    need(isText(entry.title), 'title is missing')
    need(record(entry.licence).name === null || isText(record(entry.licence).name), 'licence is missing')
    need(record(entry.licence).name !== null || entry.page !== null, 'neither licence nor page is known')
    for (const key of ['address', 'page'] as const) need(entry[key] === null || isHttps(entry[key]), `${key} is neither null nor https`)
    need(entry.bytes === null || (Number.isInteger(entry.bytes) && (entry.bytes as number) > 0), 'bytes is neither null nor a number of bytes')
    need(entry.sha256 === null || (typeof entry.sha256 === 'string' && /^[0-9a-f]{64}$/.test(entry.sha256)), 'sha256 is neither null nor 64 hexadecimal digits')
    need((entry.sha256 === null) === (entry.sha256From === null), 'sha256From does not fit sha256')
    need([null, 'measured', 'read'].includes(entry.sha256From as string | null), 'sha256From is none of null, measured, read')
    for (const key of ['inputs', 'outputs'] as const) {
      const list = entry[key]
      need(Array.isArray(list) && list.length > 0 && list.every(t => isText(record(t).name) && Array.isArray(record(t).shape)), `${key} are not named shapes`)
    }
    need(typeof entry.remarks === 'string', 'remarks are missing')
    if (entry.conventions !== null) {
      const { kind, picture } = record(entry.conventions)
      need(kind === entry.role, 'conventions are of another role')
      const { range, channels, multiple, least, mean, std } = record(picture)
      need(isNumbers(range, 2) && (channels === 'rgb' || channels === 'bgr') && Number.isInteger(multiple) && Number.isInteger(least), 'picture is not whole')
      need((mean === null || isNumbers(mean, 3)) && (std === null || isNumbers(std, 3)), 'mean and std are neither null nor three numbers')
    }
  })
  return models as unknown as readonly KnownModel[]
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})
const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0
const isNumbers = (value: unknown, length: number): boolean => Array.isArray(value) && value.length === length && value.every(n => Number.isFinite(n))
const isHttps = (value: unknown): boolean => typeof value === 'string' && value.startsWith('https://') && URL.canParse(value)
