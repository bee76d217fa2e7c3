/** The native dialogs that the page may open, and showing an exported file in its folder. Not here: what is done with the choice. */
import { BrowserWindow, dialog, ipcMain, shell, type FileFilter, type IpcMainInvokeEvent } from 'electron'
import { extname } from 'node:path'
import { channels, pickKinds, type PickKind } from '../shared/shellBridge.ts'
import { isTrustedSender } from './ipcLine.ts'

const everything: FileFilter = { name: 'All files', extensions: ['*'] }
const filters: Partial<Record<PickKind, readonly FileFilter[]>> = {
  video: [{ name: 'Videos', extensions: ['mp4', 'mov', 'm4v', 'mkv', 'webm', 'avi', 'gif', 'webp'] }, everything],
  tracks: [{ name: 'Tracks', extensions: ['pkl', 'pickle', 'npz', 'csv', 'json'] }, everything],
  network: [{ name: 'Networks', extensions: ['onnx'] }, everything],
}

const titles: Record<PickKind, string> = {
  video: 'Add video', videoFolder: 'Add a folder of images', project: 'Open project', projectFolder: 'Folder for the project', tracks: 'Import tracks', network: 'Add a network', folder: 'Choose a folder', save: 'Export',
}

/** Only what was exported here is shown. */
export interface ExportedFiles {
  mayDownload(path: string): boolean
}

/** Answers the page until the returned function is called. */
export function serveDialogs(studio: ExportedFiles): () => void {
  ipcMain.handle(channels.pick, (event, kind: unknown, suggestion: unknown) => {
    refuseForeign(event)
    const known = pickKinds.find(name => name === kind)
    if (!known) throw new Error(`there is no dialog ${String(kind)}`)
    return pick(BrowserWindow.fromWebContents(event.sender), known, typeof suggestion === 'string' ? suggestion : undefined)
  })
  ipcMain.handle(channels.reveal, (event, path: unknown) => {
    refuseForeign(event)
    if (typeof path === 'string' && studio.mayDownload(path)) shell.showItemInFolder(path)
  })
  return () => {
    ipcMain.removeHandler(channels.pick)
    ipcMain.removeHandler(channels.reveal)
  }
}

function refuseForeign(event: IpcMainInvokeEvent): void {
  if (!isTrustedSender(event)) throw new Error('this page may not use Tapline')
}

async function pick(window: BrowserWindow | null, kind: PickKind, suggestion: string | undefined): Promise<string | null> {
  const title = titles[kind]
  const options = { title, defaultPath: suggestion, filters: [...(filters[kind] ?? [])] }
  if (kind === 'save') {
    const extension = extname(suggestion ?? '').slice(1)
    const named = { ...options, filters: extension ? [{ name: extension.toUpperCase(), extensions: [extension] }, everything] : [] }
    const { canceled, filePath } = window ? await dialog.showSaveDialog(window, named) : await dialog.showSaveDialog(named)
    return canceled || !filePath ? null : filePath
  }
  const file = kind === 'video' || kind === 'tracks' || kind === 'network'
  const opening = { ...options, properties: file ? ['openFile' as const] : ['openDirectory' as const, 'createDirectory' as const] }
  const { canceled, filePaths } = window ? await dialog.showOpenDialog(window, opening) : await dialog.showOpenDialog(opening)
  return canceled ? null : (filePaths[0] ?? null)
}
