import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/builders/temporaryProject.ts'
import { openedFiles } from './openedFiles.ts'

test('files are those that are there, seen from where they were named; switches and the app itself are none', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a.mp4'), '')
  const argv = ['/bin/electron', folder, '--no-sandbox', '-v', 'a.mp4', 'absent.mp4', join(folder, 'a.mp4'), '']
  expect(openedFiles(argv, folder, folder)).toEqual([join(folder, 'a.mp4'), join(folder, 'a.mp4')])
})
