/** Chooses a file or folder of the server's machine, where the shell has no dialog of its own. Asked for by pickPath(). */
import { Clapperboard, File as FileIcon, Folder, FolderKanban, FolderUp, Spline, Upload, type LucideIcon } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { FolderEntry, FolderListing } from '../../shared/rpc.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Checkbox, TextField } from '../chrome/Field.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { useApp } from '../state/appStore.ts'
import { usePathPicker, type PickRequest } from '../state/pathPicker.ts'
import { tell } from '../state/session.ts'
import { bringFile } from './addVideo.ts'
import { buttonWords, choiceOf, fileSize, isChoice, isFolder, parentOf, pickWords, shownEntries } from './pickRules.ts'
import './projects.css'

const icons: Readonly<Record<FolderEntry['kind'], LucideIcon>> = { folder: Folder, video: Clapperboard, tracks: Spline, project: FolderKanban, other: FileIcon }
const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export function FilePicker() {
  const request = usePathPicker(state => state.request)
  return request && <OpenPicker request={request} />
}

/** Where the last choice was: the next one starts there. */
let lastFolder: string | null = null

function OpenPicker({ request }: { request: PickRequest }) {
  const { kind, suggestion } = request
  const words = pickWords[kind]
  const separator = useApp(state => state.info?.separator ?? '/')
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [typed, setTyped] = useState('')
  const [selected, setSelected] = useState<string | null>(null)
  const [all, setAll] = useState(false)
  const [name, setName] = useState(suggestion?.split(/[/\\]/).at(-1) ?? '')
  const list = useRef<HTMLUListElement>(null)
  const upload = useRef<HTMLInputElement>(null)

  const go = async (folder: string | null) => {
    const reply = await tell('files.list', { folder })
    if (!reply.ok) return setProblem(reply.error)
    setProblem(null)
    setListing(reply.value)
    setTyped(reply.value.path)
    setSelected(null)
    lastFolder = reply.value.path
    list.current?.scrollTo(0, 0)
  }
  useEffect(() => {
    const start = kind === 'save' && suggestion && /[/\\]/.test(suggestion) ? parentOf(suggestion) : lastFolder
    void go(start)
    // One request, one start: a picker is mounted anew for the next.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])

  const entries = listing ? shownEntries(listing.entries, kind, all) : []
  const chosen = entries.find(({ path }) => path === selected) ?? null
  const choice = listing && choiceOf(kind, listing.path, chosen, name, separator)
  const open = (entry: FolderEntry) => {
    if (isChoice(entry, kind) && kind !== 'save') request.answer(entry.path)
    else if (isFolder(entry)) void go(entry.path)
    else if (kind === 'save') setName(entry.name)
  }
  const typedPath = async () => {
    const path = typed.trim()
    if (!path) return
    const reply = await tell('files.list', { folder: path })
    // Not a folder: the file itself was meant.
    if (reply.ok) void go(path)
    else if (kind === 'video' || kind === 'tracks' || kind === 'network' || kind === 'save') request.answer(path)
    else setProblem(reply.error)
  }
  const move = (by: number) => {
    const at = entries.findIndex(({ path }) => path === selected)
    const next = entries[Math.max(0, Math.min(entries.length - 1, at < 0 ? 0 : at + by))]
    if (!next) return
    setSelected(next.path)
    list.current?.querySelector(`#${entryId(next, entries)}`)?.scrollIntoView({ block: 'nearest' })
  }

  return (
    <Dialog
      open
      title={words.title}
      size="large"
      onClose={() => request.answer(null)}
      footer={
        <>
          <Button onClick={() => request.answer(null)}>Cancel</Button>
          <Button kind="primary" disabled={choice === null} onClick={() => choice !== null && request.answer(choice)}>
            {buttonWords(kind, chosen)}
          </Button>
        </>
      }
      note={
        words.upload && (
          <>
            <Button kind="quiet" icon={Upload} onClick={() => upload.current?.click()}>
              Upload from this computer…
            </Button>
            <input
              ref={upload}
              type="file"
              hidden
              accept={words.upload}
              onChange={event => {
                const file = event.target.files?.[0]
                if (file) void bringFile(file).then(path => path !== null && request.answer(path))
              }}
            />
          </>
        )
      }
    >
      <div className="picker-path">
        <IconButton icon={FolderUp} label="Parent folder" disabled={!listing?.parent} onClick={() => void go(listing!.parent)} />
        <input
          className="input"
          type="text"
          aria-label="Path"
          spellCheck={false}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Enter') void typedPath()
          }}
        />
      </div>
      {problem && (
        <div className="field-error" role="alert">
          {problem.subject}: {problem.reason}. {problem.next}
        </div>
      )}
      <ul
        ref={list}
        className="picker-list"
        role="listbox"
        aria-label="Files"
        tabIndex={0}
        data-autofocus
        aria-activedescendant={chosen ? entryId(chosen, entries) : undefined}
        onKeyDown={event => {
          const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12, Home: -Infinity, End: Infinity }[event.key]
          if (by !== undefined) move(by)
          else if (event.key === 'Enter' && chosen) open(chosen)
          else if (event.key === 'Backspace' && listing?.parent) void go(listing.parent)
          else return
          event.preventDefault()
        }}
      >
        {entries.map(entry => {
          const Icon = icons[entry.kind]
          return (
            <li
              key={entry.path}
              id={entryId(entry, entries)}
              className="picker-entry"
              role="option"
              aria-label={entry.name}
              aria-selected={entry.path === selected}
              onClick={() => {
                setSelected(entry.path)
                if (kind === 'save' && !isFolder(entry)) setName(entry.name)
              }}
              onDoubleClick={() => open(entry)}
            >
              <Icon size={14} aria-hidden />
              <span>{entry.name}</span>
              <span className="secondary number">{isFolder(entry) ? '' : fileSize(entry.bytes)}</span>
              <span className="secondary number">{when.format(entry.modifiedMs)}</span>
            </li>
          )
        })}
        {listing && entries.length === 0 && (
          <li role="presentation" className="picker-empty">
            {words.none}
          </li>
        )}
      </ul>
      <div className="picker-foot">{kind === 'save' ? <TextField label="File name" value={name} onChange={setName} inline /> : <Checkbox label="Show all files" checked={all} onChange={setAll} />}</div>
    </Dialog>
  )
}

const entryId = (entry: FolderEntry, entries: readonly FolderEntry[]) => `picker-entry-${entries.indexOf(entry)}`
