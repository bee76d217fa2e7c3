/** `node:timers/promises` of the page. */
export const setTimeout = (ms: number): Promise<void> => new Promise(resolve => void window.setTimeout(resolve, ms))
