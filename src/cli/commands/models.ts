/** `tapline models`: networks that can supervise a run: listed, fetched when asked for, added, checked, removed. */
import { createInterface } from 'node:readline/promises'
import { TaplineError } from '../../shared/errors.ts'
import { modelRoles } from '../../shared/models.ts'
import type { InstalledModel, KnownModel, ModelHints, ModelRole } from '../../shared/models.ts'
import { addModel, addressOf, pullModel } from '../../server/models/installModel.ts'
import { readManifest } from '../../server/models/manifest.ts'
import { ModelStore } from '../../server/models/modelStore.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import type { Reporter } from '../reporter.ts'
import { markdownTable } from '../../shared/table.ts'

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const [verb, subject] = args.positionals
  const store = new ModelStore()
  const needed = () => {
    if (subject === undefined) throw usage('models', `${verb} needs ${verb === 'add' ? 'a FILE' : 'the NAME of a network'}`)
    return subject
  }
  switch (verb) {
    case 'list':
      return list(store, reporter)
    case 'pull':
      return pull(store, needed(), args, reporter)
    case 'add':
      return add(store, needed(), args, reporter)
    case 'verify':
      return verify(store, subject, reporter)
    case 'remove':
      await store.remove(needed())
      reporter.say(`${subject} is removed.`)
      return reporter.result({ removed: subject })
    default:
      throw usage('models', `there is no "models ${verb}"; there are list, pull, add, verify and remove`)
  }
}

async function list(store: ModelStore, reporter: Reporter): Promise<void> {
  const installed = await store.list()
  const used = Object.values(await store.learned())
  const manifest = readManifest()
  const mine = new Set(installed.map(model => model.name))
  const rows = [
    ...installed.map(model => [model.name, model.role, megabytes(model.bytes), licenceText(model.licence), used.includes(model.sha256) ? 'installed, used' : 'installed']),
    ...manifest.filter(known => !mine.has(known.name)).map(known => [known.name, known.role, megabytes(known.bytes), licenceText(known.licence), known.address ? 'can be pulled' : 'bring the file: models add']),
  ]
  reporter.print(markdownTable(['network', 'role', 'size', 'licence', 'state'], rows))
  reporter.say(`Installed networks lie in ${store.folder}. --supervision learned uses, of each role, the one that was added last.`)
  reporter.result({ folder: store.folder, installed, known: manifest, used })
}

async function pull(store: ModelStore, name: string, args: Arguments, reporter: Reporter): Promise<void> {
  const known = readManifest().find(model => model.name === name)
  if (!known) throw new TaplineError('not-found', name, 'the manifest knows no network of this name', 'See "npx tapline models list"; a file of your own is installed with "npx tapline models add FILE".')
  const sha256 = args.text('sha256')?.toLowerCase()
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) throw usage('models', `--sha256 ${sha256} is not 64 hexadecimal digits`)
  const address = addressOf(known, args.text('mirror'))
  await agree(known, address, args.flag('yes'), reporter)
  const interrupts = watchInterrupts(() => {})
  try {
    const { model, found } = await pullModel(store, known, {
      mirror: args.text('mirror'),
      sha256,
      hints: hintsOf(args),
      signal: interrupts.signal,
      onProgress: (done, total) => total && reporter.progress({ kind: 'progress', phase: 'import', done, total, etaS: null }),
    })
    installed(model, found, reporter)
    if (!sha256 && known.sha256 === null) reporter.say(`No hash of it is known: what came has sha256 ${model.sha256}.`)
  } finally {
    interrupts.release()
  }
}

/** Shows the licence, and goes on only with a yes. @throws TaplineError */
async function agree(known: KnownModel, address: string, yes: boolean, reporter: Reporter): Promise<void> {
  const { name, address: text } = known.licence
  reporter.say(`${known.title}: ${megabytes(known.bytes)} from ${address}`)
  reporter.say(name ? `Its licence is ${name}${text ? ` (${text})` : ''}${known.page ? `; its page is ${known.page}` : ''}.` : `Its licence is not known here: read it at ${known.page}.`)
  if (yes) return
  const refused = new TaplineError('usage', known.name, 'nothing was downloaded: its licence was not agreed to', 'Read it, then run the same command with --yes.')
  if (!process.stdin.isTTY) throw refused
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    if (!/^y(es)?$/i.test((await terminal.question('Download it under this licence? [y/N] ')).trim())) throw refused
  } finally {
    terminal.close()
  }
}

async function add(store: ModelStore, file: string, args: Arguments, reporter: Reporter): Promise<void> {
  const role = args.text('role')
  if (role === undefined) throw usage('models', `add needs --role ${modelRoles.join('|')}`)
  const { model, found } = await addModel(store, file, role as ModelRole, readManifest(), { name: args.text('name'), hints: hintsOf(args) })
  installed(model, found, reporter)
}

function installed(model: InstalledModel, found: string, reporter: Reporter): void {
  reporter.say(`${model.name} is installed for ${model.role}: ${found}.`)
  if (model.conventions) reporter.say('Runs use it with: npx tapline track VIDEO --supervision learned')
  reporter.result({ model, found })
}

async function verify(store: ModelStore, name: string | undefined, reporter: Reporter): Promise<void> {
  const models = name === undefined ? await store.list() : [await store.get(name)]
  const verdicts = []
  for (const model of models) verdicts.push(await store.verify(model))
  for (const { model, fault } of verdicts) reporter.say(fault ? `${model.name} is damaged: ${fault}.` : `${model.name} is whole.`)
  if (models.length === 0) reporter.say('No networks are installed.')
  reporter.result({ verdicts: verdicts.map(({ model, fault }) => ({ name: model.name, fault })) })
  const bad = verdicts.find(verdict => verdict.fault)
  if (bad) throw new TaplineError('bad-file', bad.model.name, bad.fault!, `Install it again: npx tapline models remove ${bad.model.name}, then pull or add it.`)
}

function hintsOf(args: Arguments): ModelHints {
  return {
    range: args.text('range') as ModelHints['range'],
    channels: args.text('channels') as ModelHints['channels'],
    meaning: args.text('meaning') as ModelHints['meaning'],
    output: args.text('output'),
    cell: args.number('cell', 1, 64),
  }
}

const megabytes = (bytes: number | null) => (bytes === null ? 'size unknown' : `${(bytes / 1e6).toFixed(1)} MB`)
const licenceText = (licence: InstalledModel['licence']) => licence?.name ?? 'see its page'
