/** The file on its way to the server's machine, if any. */
import { create } from 'zustand'

export interface Upload {
  readonly name: string
  /** 0..1 */
  readonly share: number
}

export const useUpload = create<{ readonly upload: Upload | null }>(() => ({ upload: null }))
