/** A frame size as people write it: 320x240. */
import type { Size } from '../shared/units.ts'
import { usage } from './arguments.ts'

/** @throws TaplineError 'usage' in the name of the command */
export function sizeOf(command: string, text: string): Size {
  const match = /^(\d{2,5})[x×](\d{2,5})$/i.exec(text)
  const [width, height] = match ? [Number(match[1]), Number(match[2])] : [0, 0]
  if (width < 16 || height < 16) throw usage(command, `--size ${text} is not WIDTHxHEIGHT in pixels, each at least 16`)
  return { width, height }
}
