/** Asks the user for a file or folder of the server's machine: by the shell's own dialog, or by the page's (projects/FilePicker.tsx). */
import { create } from 'zustand'
import type { PickKind } from '../../shared/shellBridge.ts'
import { client } from './session.ts'

export interface PickRequest {
  readonly kind: PickKind
  readonly suggestion: string | undefined
  answer(path: string | null): void
}

export const usePathPicker = create<{ readonly request: PickRequest | null }>(() => ({ request: null }))

/** The absolute path chosen; null where it was cancelled. `suggestion`: for 'save', a path or name to start from. */
export async function pickPath(kind: PickKind, suggestion?: string): Promise<string | null> {
  const path = await client().pick(kind, suggestion)
  if (path !== 'in-page') return path
  usePathPicker.getState().request?.answer(null)
  return new Promise(resolve => {
    usePathPicker.setState({
      request: {
        kind,
        suggestion,
        answer(chosen) {
          usePathPicker.setState({ request: null })
          resolve(chosen)
        },
      },
    })
  })
}
