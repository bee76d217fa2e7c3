/** The adapter of the suite (gradients/webgpuAdapter.ts) in the page: its device is gpuEntry.ts's, and goes with the page. */
export const releaseWebgpu = (): void => undefined
