/** What the page needs of its shell: the contract, images, files. One implementation for Electron, one for a browser (connect.ts chooses). */
import type { RpcClient } from '../../shared/rpc.ts'
import type { PickKind } from '../../shared/shellBridge.ts'
import type { ImageRequest } from '../../shared/studio/images.ts'

export type { PickKind }

/** connected: calls are answered; lost: the server is gone; reconnecting: it is being asked again. */
export type ConnectionState = 'connected' | 'lost' | 'reconnecting'

export interface StudioClient extends RpcClient {
  readonly shell: 'electron' | 'browser'
  imageUrl(request: ImageRequest): string
  /** The picture's file. Rejects with an Error that says why; aborting rejects with AbortError. */
  fetchImage(request: ImageRequest, signal?: AbortSignal): Promise<Blob>
  /** Path of a dropped file on the server's machine: its own path in Electron, that of an uploaded copy in a browser. `progress` runs from 0 to 1. */
  pathOfFile(file: File, progress: (share: number) => void): Promise<string>
  /** A native dialog's choice, null where it was cancelled; 'in-page' where the shell has none and the page must show its own. */
  pick(kind: PickKind, suggestion?: string): Promise<string | null | 'in-page'>
  /** Offers an exported file to the user: the browser's download, or its folder shown. */
  reveal(path: string): void
  onState(listener: (state: ConnectionState) => void): () => void
}
