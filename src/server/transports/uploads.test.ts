import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { fileName, storeUpload } from './uploads.ts'

test.each([
  ['clip.mp4', 'clip.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\clips\\a.mov', 'a.mov'],
  ['..', 'upload'],
  ['', 'upload'],
  ['.hidden', 'hidden'],
  ['a\u0000b\n<c>:"|?*.mp4', 'abc.mp4'],
  ['e\u0301.mp4', '\u00e9.mp4'],
  ['clip.mp4. ', 'clip.mp4'],
  [`${'\u{1F600}'.repeat(80)}.mp4`, `${'\u{1F600}'.repeat(50)}.mp4`],
])('the name %j becomes %j', (given, kept) => expect(fileName(given)).toBe(kept))

test('two files of one name lie apart', async () => {
  const folder = join(temporaryFolder(), 'uploads')
  const paths = await Promise.all(['one', 'two'].map(text => storeUpload(folder, 'a.mp4', Readable.from([text]), null)))
  expect(paths.map(path => readFileSync(path, 'utf8'))).toEqual(['one', 'two'])
})

test('what breaks on its way leaves nothing behind', async () => {
  const folder = temporaryFolder()
  const broken = Readable.from((function* () {
    yield Buffer.alloc(1000)
    throw new Error('the line broke')
  })())
  await expect(storeUpload(folder, 'a.mp4', broken, null)).rejects.toThrow('the line broke')
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that cannot be made is named', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await expect(storeUpload(file, 'a.mp4', Readable.from(['x']), null)).rejects.toMatchObject({ code: 'not-writable', subject: expect.stringContaining(file) })
})
