import { describe, expect, test } from 'vitest'
import { fakeDevices } from '../../../test/page/fakeDevices.ts'
import { aboutDevice, autoWords, fitsOnWords, speedWords } from './deviceWords.ts'

test.each([
  [52_340, '52,300 points/s'],
  [7, '7 points/s'],
  [1_000_000, '1 million points/s'],
  [30_210_000, '30.2 million points/s'],
])('%i points a second are said as %s', (speed, words) => expect(speedWords(speed)).toBe(words))

test('devices are said with what they run on, and software with its price', () => {
  expect(fakeDevices({}, { tfjs: { name: 'cpu', software: true } }).devices.map(aboutDevice)).toEqual([
    'Made-up Graphics 9000, 8.0 GiB.',
    'Backend cpu. It computes on the CPU, slower than “CPU”.',
    'Made-up Processor, 2 threads.',
    'Made-up Processor, 2 threads. Double precision, for proofs: very slow.',
  ])
  expect(aboutDevice(fakeDevices().devices[1])).toBe('')
})

describe('what fits run on', () => {
  test('is the CPU until the devices are known, and where it is taken', () => {
    expect(fitsOnWords(null, 'CPU, 2 threads')).toBe('CPU, 2 threads')
    expect(fitsOnWords(fakeDevices(), 'CPU, 2 threads')).toBe('CPU, 2 threads')
  })
  test('is the adapter that is taken', () => expect(fitsOnWords(fakeDevices({ used: 'webgpu' }), 'CPU')).toBe('WebGPU: Made-up Graphics 9000'))
  test('is said to be of no use where it does not serve', () => expect(fitsOnWords(fakeDevices({ choice: 'tfjs', used: 'tfjs' }), 'CPU')).toBe('TensorFlow.js, which cannot be used here'))
})

test('auto says what it takes now and why; another choice says what auto would go by', () => {
  expect(autoWords(fakeDevices())).toBe('Now CPU. The others have not been measured yet; the first fit measures them.')
  expect(autoWords(fakeDevices({ choice: 'webgpu', used: 'webgpu', reason: 'It was asked for.' }))).toBe('The fastest of those that agree with the reference.')
})
