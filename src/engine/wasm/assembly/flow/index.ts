// Entry of the optical-flow module. The host (engine/flow/flowKernel.ts) owns the memory and the order of the steps.
export { reduce, gradients, enlarge, importPlane, importFlow, exportFlow, pad } from './image'
export { search, densify } from './search'
export { linearise, diffusivity, coefficients, relax, applyIncrement } from './refine'
