/** The scenes that `tapline synth`, tests and the demo render. Not here: a scene's contents (scenes/). */
import { randomStream } from './randomStream.ts'
import type { SceneRecipe } from './scene.ts'
import { cloth } from './scenes/cloth.ts'
import { fast } from './scenes/fast.ts'
import { parallax } from './scenes/parallax.ts'
import { reappear } from './scenes/reappear.ts'
import { stacking } from './scenes/stacking.ts'
import { SynthClip } from './synthClip.ts'
import { TaplineError } from '../../shared/errors.ts'

export const synthScenes: readonly SceneRecipe[] = [parallax, stacking, reappear, fast, cloth]

export interface SynthOptions {
  readonly width?: number
  readonly height?: number
  readonly frames?: number
  /** Changes layout, textures and motion. */
  readonly seed?: number
  /** Standard deviation of the sensor noise in grey levels; 0 for tests of photo-consistency. */
  readonly noise?: number
}

/**
 * Builds a scene; frames are rendered when asked for. Defaults: 320×240, 40 frames, seed 0, noise 1.5.
 * @throws TaplineError 'usage' on an unknown name, a size below 16 pixels or fewer than two frames
 */
export function renderScene(name: string, options: SynthOptions = {}): SynthClip {
  const recipe = synthScenes.find(s => s.name === name)
  if (recipe === undefined) {
    throw new TaplineError('usage', name, 'there is no such synthetic scene', `Choose one of ${synthScenes.map(s => s.name).join(', ')}.`)
  }
  const { width = 320, height = 240, frames = 40, seed = 0, noise = 1.5 } = options
  const whole = (value: number, least: number, what: string) => {
    if (!Number.isInteger(value) || value < least) throw new TaplineError('usage', `${what} ${value}`, 'a synthetic clip cannot have it', `Give a whole number of at least ${least}.`)
  }
  whole(width, 16, 'width')
  whole(height, 16, 'height')
  whole(frames, 2, 'frame count')
  const scene = recipe.build(randomStream(seed, synthScenes.indexOf(recipe)))
  return new SynthClip(name, scene, { width, height }, frames, seed, noise)
}
