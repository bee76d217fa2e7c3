/**
 * What a network's file says of itself, and what must be told: opens it, finds or takes its conventions, and runs it once. Not here: where
 * the file comes from and goes to (installModel.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { DepthConventions, Inspection, FeatureConventions, KnownModel, ModelConventions, ModelHints, ModelRole, PictureInput, PictureRange, TensorShape, TrackerConventions } from '../../shared/models.ts'
import { inspectTracker, type OpenCompanion } from '../trackers/inspectTracker.ts'
import { FeatureModel } from './featureModel.ts'
import { FlowModel } from './flowModel.ts'
import { shiftedPictures, testFlowModel } from './flowSelfTest.ts'
import { OnnxModel } from './onnxModel.ts'
import { fixedSize, networkSize, pictureTensor } from './picture.ts'

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const
const TEST_SIZE = { width: 256, height: 192 }

/**
 * @param companion opens other installed networks that a tracker needs
 * @throws TaplineError 'bad-file' when the file cannot run or is of another role; 'usage' when something must be told
 */
export async function inspectModel(path: string, role: ModelRole, hints: ModelHints, known: KnownModel | undefined, signal?: AbortSignal, companion: OpenCompanion = async () => null): Promise<Inspection> {
  // The CPU takes everything: what a network means does not depend on the device.
  const model = await OnnxModel.open(path, { threads: 2, providers: ['cpu'], signal })
  try {
    if (role === 'tracker') return await inspectTracker(model, hints, companion)
    const told = known?.conventions
    if (told && told.kind !== 'tracker') {
      await tryOut(model, told)
      return { conventions: told, found: 'its conventions are known' }
    }
    if (role === 'flow') {
      const { conventions, errorPx } = await testFlowModel(model)
      const { picture, first, output } = conventions
      return { conventions, found: `input ${picture.range.join('…')}, first picture “${first}”, flow in “${output}”: a moved picture is followed to ${errorPx.toFixed(2)} px` }
    }
    const conventions = role === 'depth' ? depthOf(model, hints) : await featuresOf(model, hints)
    await tryOut(model, conventions)
    return { conventions, found: `input “${conventions.input}”, output “${conventions.output}”${conventions.kind === 'features' ? `, cells of ${conventions.cell} px` : `, ${conventions.meaning}`}` }
  } finally {
    await model.close()
  }
}

/** Runs it once on a made-up picture. */
async function tryOut(model: OnnxModel, conventions: Exclude<ModelConventions, TrackerConventions>): Promise<void> {
  const names = conventions.kind === 'flow' ? [conventions.first, conventions.second] : [conventions.input]
  for (const name of names) named(model, model.inputs, name, 'input')
  for (const name of [conventions.output, ...(conventions.kind === 'features' && conventions.scores ? [conventions.scores] : [])]) named(model, model.outputs, name, 'output')
  const [a, b] = shiftedPictures(TEST_SIZE)
  if (conventions.kind === 'flow') await new FlowModel(model, conventions).flow(a, b, TEST_SIZE)
  else if (conventions.kind === 'features') await new FeatureModel(model, conventions).features(a, TEST_SIZE)
  else await once(model, conventions.input, conventions.picture)
}

async function once(model: OnnxModel, input: string, picture: PictureInput) {
  const target = networkSize(TEST_SIZE, picture, fixedSize(named(model, model.inputs, input, 'input')))
  return { target, outputs: await model.run({ [input]: pictureTensor(shiftedPictures(TEST_SIZE)[0], TEST_SIZE, target, picture) }) }
}

function named(model: OnnxModel, list: readonly TensorShape[], name: string, what: string): TensorShape {
  const found = list.find(tensor => tensor.name === name)
  if (found) return found
  throw new TaplineError('bad-file', model.path, `it has no ${what} “${name}”; it has ${list.map(tensor => tensor.name).join(', ')}`, 'Name one of these, or give another file.')
}

function onlyInput(model: OnnxModel): TensorShape {
  const [input, ...others] = model.inputs
  if (!input || others.length > 0 || input.shape.length !== 4) {
    const shapes = model.inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
    throw new TaplineError('bad-file', model.path, `a network of this role takes one picture [1, 3, H, W]; this takes ${shapes}`, 'Choose another --role, or another file.')
  }
  return input
}

function pictureOf(hints: ModelHints, usual: PictureRange, multiple: number): PictureInput {
  const range = hints.range ?? usual
  const bounds = { bytes: [0, 255], unit: [0, 1], signed: [-1, 1], imagenet: [0, 1] } as const
  const norm = range === 'imagenet' ? IMAGENET : { mean: null, std: null }
  return { range: bounds[range], channels: hints.channels ?? 'rgb', ...norm, multiple, least: multiple }
}

function depthOf(model: OnnxModel, hints: ModelHints): DepthConventions {
  if (!hints.meaning) {
    throw new TaplineError('usage', model.path, 'whether its numbers are distances or inverse depth cannot be seen from the file', 'Say --meaning distance (larger = farther) or --meaning inverse (larger = nearer).')
  }
  const output = hints.output ?? model.outputs[0].name
  named(model, model.outputs, output, 'output')
  return { kind: 'depth', picture: pictureOf(hints, 'imagenet', hints.cell ?? 14), input: onlyInput(model).name, output, meaning: hints.meaning }
}

/** Cells, layout and scores, seen in the answer to one picture. */
async function featuresOf(model: OnnxModel, hints: ModelHints): Promise<FeatureConventions> {
  const { name: input } = onlyInput(model)
  const tokens = named(model, model.outputs, hints.output ?? model.outputs[0].name, 'output').shape.length === 3
  const picture = pictureOf(hints, tokens ? 'imagenet' : 'unit', hints.cell ?? (tokens ? 14 : 32))
  const { target, outputs } = await once(model, input, picture)
  const output = hints.output ?? Object.keys(outputs)[0]
  const { shape } = outputs[output]
  const scores = Object.entries(outputs).find(([name, o]) => name !== output && o.shape.length === 4 && o.shape[1] === 1 && o.shape[2] === target.height && o.shape[3] === target.width)
  if (shape.length === 4 && shape[2] > 0 && target.height % shape[2] === 0 && target.width / shape[3] === target.height / shape[2]) {
    return { kind: 'features', picture, input, output, layout: 'map', skipped: 0, cell: target.height / shape[2], scores: scores?.[0] ?? null }
  }
  const patches = (target.width / picture.multiple) * (target.height / picture.multiple)
  if (shape.length === 3 && shape[1] >= patches && shape[1] - patches <= 8) {
    return { kind: 'features', picture, input, output, layout: 'tokens', skipped: shape[1] - patches, cell: picture.multiple, scores: null }
  }
  throw new TaplineError('bad-file', model.path, `its output “${output}” is [${shape.join(', ')}] for a picture of ${target.width}×${target.height}: no map of features, nor tokens of patches`, 'Name another with --output NAME, or the patch size with --cell N.')
}
