/** Depth by a network: one picture in, one map out. Not here: what becomes of maps of a whole clip (pipeline/supervision/depth/networkDepth.ts). */
import type { DepthNetwork } from '../../pipeline/supervision/networks.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { DepthConventions } from '../../shared/models.ts'
import { OnnxModel } from './onnxModel.ts'
import { cropPlane, fixedSize, networkSize, pictureTensor } from './picture.ts'

/** Most pixels of one pass where the network's size is free: transformers grow with their square. */
const MOST_PIXELS = 400_000

/** A depth network of a file, opened when depth is asked for. */
export function depthNetwork(path: string, sha256: string, conventions: DepthConventions, onOpen: (model: OnnxModel) => void = () => {}): DepthNetwork {
  return {
    id: sha256.slice(0, 16),
    meaning: conventions.meaning,
    async open(options) {
      const model = await OnnxModel.open(path, options)
      onOpen(model)
      const fixed = fixedSize(model.inputs.find(input => input.name === conventions.input)!)
      return {
        async depth(rgb, size) {
          const target = networkSize(size, conventions.picture, fixed, MOST_PIXELS)
          const result = (await model.run({ [conventions.input]: pictureTensor(rgb, size, target, conventions.picture) }, [conventions.output]))[conventions.output]
          const [height, width] = result.shape.slice(-2)
          if (result.values.length !== width * height) {
            throw new TaplineError('bad-file', path, `its output ${conventions.output} is [${result.shape.join(', ')}], not one map`, 'Remove it and add it again with the right --output.')
          }
          const content = { width: Math.max(1, Math.round((target.content.width * width) / target.width)), height: Math.max(1, Math.round((target.content.height * height) / target.height)) }
          return { ...content, values: cropPlane(result.values, width, content) }
        },
        close: () => model.close(),
      }
    },
  }
}
