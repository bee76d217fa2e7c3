import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { seededNumbers } from '../../../test/builders/seededTracks.ts'
import { TaplineError } from '../../shared/errors.ts'
import { readPickle } from './pickleReader.ts'
import { readTapvidPickle } from './tapvidPickle.ts'

const golden = (name: string) => new URL(`../../../test/golden/numpy1/${name}`, import.meta.url)
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

function failure(run: () => unknown): TaplineError {
  try {
    run()
  } catch (error) {
    if (error instanceof TaplineError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('a pickle that asks for anything but NumPy arrays is refused by name, and nothing is run', () => {
  const marker = '/tmp/tapline-evil-pickle-ran'
  const asked: Record<string, string> = {
    'evil_system.pkl': 'posix.system',
    'evil_eval_p2.pkl': '__builtin__.eval',
    'evil_popen.pkl': 'subprocess.Popen',
    'evil_partial.pkl': 'functools.partial',
    'evil_nested.pkl': '_pickle.loads',
    'evil_numpy_load.pkl': 'numpy.load',
    'evil_object.pkl': 'json.decoder.JSONDecoder',
    'evil_getattr.pkl': 'builtins.getattr',
  }
  test('every evil golden has its test', () => {
    expect(
      readdirSync(golden('.'))
        .filter((name) => name.startsWith('evil'))
        .sort(),
    ).toEqual(Object.keys(asked).sort())
  })
  test.each(Object.entries(asked))('%s asks for %s', (name, global) => {
    rmSync(marker, { force: true })
    const error = failure(() => readTapvidPickle(readFileSync(golden(name)), { name }))
    expect(error).toMatchObject({ code: 'bad-file', subject: name })
    expect(error.reason).toContain(`asks for ${global},`)
    expect(existsSync(marker)).toBe(false)
  })
})

describe('crafted bytes', () => {
  const p4 = '\x80\x04'
  test.each([
    ['constructs an object', `${p4}c__main__\nX\n)\x81.`, 'asks for __main__.X'],
    ['constructs a known global', `${p4}cnumpy\ndtype\n)\x81.`, 'opcode NEWOBJ'],
    ['INST', `${p4}(ios\nsystem\n.`, 'opcode INST'],
    ['a persistent id', `${p4}Pfile\n.`, 'opcode PERSID'],
    ['a registered extension', `${p4}\x82\x01.`, 'opcode EXT1'],
    ['an out-of-band buffer', `\x80\x05\x97.`, 'opcode NEXT_BUFFER'],
    ['calls what is no function', `${p4}X\x01\x00\x00\x00a)R.`, 'make no sense'],
    ['calls numpy.ndarray', `${p4}cnumpy\nndarray\n)R.`, 'calls numpy.ndarray itself'],
    ['sets properties of a list', `${p4}]}X\x06\x00\x00\x00lengthJ\xff\xff\xff\x7fsb.`, 'sets the state of an object'],
    ['sets properties of a function', `${p4}cnumpy\ndtype\n}b.`, 'sets the state of an object'],
    ['a DICT of properties', `${p4}(X\x01\x00\x00\x00aNd.`, 'opcode DICT'],
    ['a length that a signed number would take for −5', `${p4}B\xfb\xff\xff\xff.`, 'claims 4294967291 more bytes'],
    ['a length beyond the file', `${p4}\x8e\xff\xff\xff\xff\xff\x00\x00\x00.`, 'more bytes'],
    ['a length beyond numbers', `${p4}\x8e\xff\xff\xff\xff\xff\xff\xff\xff.`, 'a length of'],
    ['an unfinished line', `${p4}cnumpy`, 'a line does not end'],
    ['an unknown opcode', `${p4}\xff.`, 'make no sense'],
    ['an empty stack', `${p4}.`, 'without a value'],
    ['a dtype of fields', `${p4}cnumpy\ndtype\nX\x02\x00\x00\x00V8\x88\x89\x87R.`, 'arrays of type V8'],
    [
      'text for bytes in another encoding',
      `${p4}c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00utf-8\x86R.`,
      'encodes text as utf-8',
    ],
  ])('%s is refused', (_, bytes, reason) => {
    const error = failure(() => readPickle(latin1(bytes), 'evil.pkl'))
    expect(error.code).toBe('bad-file')
    expect(error.message).toContain(reason)
    expect(error.message).toContain('evil.pkl')
  })

  test('an array whose shape claims more than its bytes takes no memory and is refused', () => {
    const bytes = readFileSync(golden('novideo.pkl'))
    // Its first tuple of sizes is (3, 4, 2): BININT1 3.
    const at = bytes.indexOf(Buffer.from('K\x03K\x04K\x02', 'latin1'))
    bytes[at + 1] = 255
    expect(failure(() => readPickle(bytes, 'claims.pkl')).message).toContain(
      'an array of shape [255, 4, 2] and type f4 needs 8160 bytes, but 96 are there',
    )
  })

  test('what only looks like a global of ours is refused', () => {
    for (const name of ['numpy\n_reconstruct', 'numpy.core.multiarray\n__dict__', 'numpy\ndtype.__class__', 'constructor\nconstructor']) {
      expect(failure(() => readPickle(latin1(`${p4}c${name}\n.`), 'x')).message).toContain(`asks for ${name.replace('\n', '.')},`)
    }
  })
})

describe('damaged files', () => {
  test.each(['davis_p2.pkl', 'davis_p4.pkl', 'davis_p5.pkl', 'kinetics_objects_p4.pkl'])(
    '%s cut short anywhere gives a clear error',
    (name) => {
      const whole = readFileSync(golden(name))
      for (let end = 3; end < whole.length; end++) {
        expect(failure(() => readTapvidPickle(whole.subarray(0, end), { name })).code).toBe('bad-file')
      }
    },
  )

  test('bytes changed anywhere give tracks or a clear error, never anything else', () => {
    const random = seededNumbers(5)
    for (const name of ['novideo.pkl', 'davis_p2.pkl', 'fortran_p5.pkl', 'kinetics_bytes_p4.pkl']) {
      const whole = readFileSync(golden(name))
      for (let round = 0; round < 500; round++) {
        const bytes = Uint8Array.from(whole)
        for (let k = 0; k < 1 + random() * 3; k++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
        try {
          const { videos } = readTapvidPickle(bytes, { name, clip: { width: 8, height: 6 } })
          for (const video of videos) expect(video.tracks.positions.length).toBe(video.tracks.ids.length * video.tracks.frames * 2)
        } catch (error) {
          if (!(error instanceof TaplineError)) throw error
        }
      }
    }
  })
})
