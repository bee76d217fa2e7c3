/** The package `webgpu` of the page: Chromium's own WebGPU, or one without adapters. */
export const create = (): Pick<GPU, 'requestAdapter'> => (navigator.gpu as GPU | undefined) ?? { requestAdapter: () => Promise.resolve(null) }

export const globals = globalThis
