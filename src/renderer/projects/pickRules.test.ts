import { describe, expect, test } from 'vitest'
import type { FolderEntry } from '../../shared/rpc.ts'
import { choiceOf, fileSize, parentOf, shownEntries } from './pickRules.ts'

const entry = (name: string, kind: FolderEntry['kind']): FolderEntry => ({ name, path: `/a/${name}`, kind, bytes: 1, modifiedMs: 0 })
const all = [entry('clips', 'folder'), entry('hands', 'project'), entry('kitchen.mp4', 'video'), entry('points.csv', 'tracks'), entry('notes.txt', 'other'), entry('RAFT.ONNX', 'other')]
const [clips, hands, kitchen, points, , raft] = all
const names = (entries: FolderEntry[]) => entries.map(({ name }) => name)

describe('the file picker', () => {
  test('shows folders, and files of the kind', () => {
    expect(names(shownEntries(all, 'video', false))).toEqual(['clips', 'hands', 'kitchen.mp4'])
    expect(names(shownEntries(all, 'tracks', false))).toEqual(['clips', 'hands', 'points.csv'])
    expect(names(shownEntries(all, 'network', false))).toEqual(['clips', 'hands', 'RAFT.ONNX'])
    expect(names(shownEntries(all, 'projectFolder', false))).toEqual(['clips', 'hands'])
  })

  test('shows every file when asked to, and where one is to be saved', () => {
    expect(shownEntries(all, 'video', true)).toEqual(all)
    expect(shownEntries(all, 'save', false)).toEqual(all)
    for (const kind of ['projectFolder', 'videoFolder', 'folder'] as const) expect(names(shownEntries(all, kind, true))).toEqual(['clips', 'hands'])
  })

  test.each([
    ['a video', 'video', kitchen, '/a/kitchen.mp4'],
    ['a folder of images as a video', 'video', clips, '/a/clips'],
    ['no project as a video', 'video', hands, null],
    ['a file of tracks', 'tracks', points, '/a/points.csv'],
    ['no folder as a file of tracks', 'tracks', clips, null],
    ['a network', 'network', raft, '/a/RAFT.ONNX'],
    ['no folder as a network', 'network', clips, null],
    ['any folder', 'folder', clips, '/a/clips'],
    ['a project', 'project', hands, '/a/hands'],
    ['no folder as a project', 'project', clips, null],
    ['the folder chosen', 'projectFolder', clips, '/a/clips'],
    ['the folder shown where none is chosen', 'projectFolder', null, '/a'],
  ] as const)('takes %s', (_name, kind, chosen, path) => expect(choiceOf(kind, '/a', chosen, '', '/')).toBe(path))

  test('saves under the name given, in the folder chosen or shown', () => {
    expect(choiceOf('save', '/a', null, 'out.pkl', '/')).toBe('/a/out.pkl')
    expect(choiceOf('save', '/a', clips, ' out.pkl ', '/')).toBe('/a/clips/out.pkl')
    expect(choiceOf('save', 'C:\\', null, 'out.pkl', '\\')).toBe('C:\\out.pkl')
    expect(choiceOf('save', '/a', clips, '  ', '/')).toBeNull()
  })

  test('starts where a suggested file lies', () => {
    expect(parentOf('/a/b/out.pkl')).toBe('/a/b')
    expect(parentOf('/out.pkl')).toBe('/')
  })

  test.each([[0, '0 B'], [999, '999 B'], [1000, '1.0 kB'], [12_345_678, '12.3 MB'], [234_000_000, '234 MB']])('%d bytes read as %s', (bytes, text) => expect(fileSize(bytes)).toBe(text))
})
