// Constants of the field that engine/layout.ts states for all engines; the suite over all engines fails where the two differ.
export const LEAKY_SLOPE: f32 = 0.01
export const SIGMOID_MARGIN: f32 = 0.01
export const AFFINE_BOUND: f32 = 2
export const ADAM_BETA1: f32 = 0.9
export const ADAM_BETA2: f32 = 0.999
export const ADAM_EPSILON: f32 = 1e-8
export const ADAM_FLUSH: f32 = 1e-17
