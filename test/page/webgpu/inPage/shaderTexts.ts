/**
 * `node:fs` of the page: the one file that the GPU code reads at run time is a kernel's text, and those are bundled. A test may spoil one. Its URLs
 * start at the root of the repository (gpuPage.ts).
 */
declare global {
  interface ImportMeta {
    /** Vite's, which puts the files' texts here when it builds. */
    glob(files: string, options: { readonly query: '?raw'; readonly import: 'default'; readonly eager: true }): Readonly<Record<string, string>>
  }
}

const bundled = import.meta.glob('/src/engine/webgpu/**/*.wgsl', { query: '?raw', import: 'default', eager: true })
const spoilt = new Map<string, string>()

export function readFileSync(url: URL): string {
  const text = spoilt.get(url.pathname) ?? bundled[url.pathname]
  if (text === undefined) throw new Error(`no kernel ${url.pathname} is bundled`)
  return text
}

/** From now on one number or word of a kernel is another. `path` starts with /src. */
export function spoil(path: string, was: string, becomes: string): void {
  const text = bundled[path]
  if (text?.split(was).length !== 2) throw new Error(`${path} does not have "${was}" once`)
  spoilt.set(path, text.replace(was, becomes))
}

export function mend(): void {
  spoilt.clear()
}
