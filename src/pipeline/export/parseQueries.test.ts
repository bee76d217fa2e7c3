import { describe, expect, test } from 'vitest'
import { TaplineError } from '../../shared/errors.ts'
import { parseQueries } from './parseQueries.ts'

const clip = { width: 320, height: 240, frameCount: 40 }

test('queries keep their order, and their coordinates are taken as they are', () => {
  expect(parseQueries('id,frame,x,y\nnose,3,10.25,20\n7,39,0,239.999\n', clip)).toEqual([
    { id: 'nose', frame: 3, x: 10.25, y: 20 },
    { id: '7', frame: 39, x: 0, y: 239.999 },
  ])
})

test.each([
  ['a byte order mark and CRLF', '\ufeffid,frame,x,y\r\na,1,2,3\r\n'],
  ['old Mac line ends', 'id,frame,x,y\ra,1,2,3\r'],
  ['quotes and spaces', ' "id" , frame ,"x", y\n "a" , 1 , "2" ,3 '],
  ['any column order, case and further columns', 'note,Y,X,Frame,ID\n"see, there",3,2,1,a\n'],
  ['empty lines', '\n\nid,frame,x,y\n\n  \na,1,2,3\n\n'],
  ['forms of numbers', 'id,frame,x,y\na,1.0,+2.,.3e1\n'],
])('%s are taken', (_, text) => {
  expect(parseQueries(text, clip)).toEqual([{ id: 'a', frame: 1, x: 2, y: 3 }])
})

test('an id may hold commas, quotes and line breaks, and lines are still counted right', () => {
  const text = 'id,frame,x,y\n"a, ""b""\nc",1,2,3\nd,1,2,x\n'
  expect(() => parseQueries(text, clip, 'q.csv')).toThrow("q.csv, line 4: y is 'x'")
  expect(parseQueries(text.replace('x\n', '3\n').replace(',2,x', ',2,3'), clip)[0].id).toBe('a, "b"\nc')
})

describe('a bad row is named by its line with the reason', () => {
  test.each([
    ['', 'line 1: missing column id, frame, x, y; it is empty'],
    ['a,1,2,3\n', "line 1: missing column id, frame, x, y; its first row is 'a,1,2,3'"],
    ['id,frame,x\na,1,2\n', 'line 1: missing column y'],
    ['id;frame;x;y\na;1;2;3\n', 'missing column'],
    ['id,frame,x,y\n', 'q.csv: it holds no points'],
    ['id,frame,x,y\na,1,2\n', 'line 2: y is missing'],
    ['id,frame,x,y\n\na,1,2,3\n,1,2,3\n', 'line 4: id is missing'],
    ['id,frame,x,y\na,one,2,3\n', "line 2: frame is 'one', which is not a number"],
    ['id,frame,x,y\na,1,2px,3\n', "line 2: x is '2px', which is not a number"],
    ['id,frame,x,y\na,1,NaN,3\n', "line 2: x is 'NaN', which is not a number"],
    ['id,frame,x,y\na,1,1e999,3\n', "line 2: x is '1e999', which is not a number"],
    ['id,frame,x,y\na,1.5,2,3\n', 'line 2: frame is 1.5, which is not a whole number'],
    ['id,frame,x,y\na,40,2,3\n', 'line 2: frame 40 is out of range. The clip has 40 frames, counted from 0 to 39.'],
    ['id,frame,x,y\na,-1,2,3\n', 'line 2: frame -1 is out of range'],
    ['id,frame,x,y\na,1,320,3\n', 'line 2: the point (320, 3) is outside the frame. Coordinates are pixels of the clip, which is 320×240.'],
    ['id,frame,x,y\na,1,2,-0.1\n', 'line 2: the point (2, -0.1) is outside the frame'],
    ['id,frame,x,y\na,1,2,3\nb,1,2,3\na,5,2,3\n', "line 4: the id 'a' is already on line 2"],
  ])('%j', (text, message) => {
    const run = () => parseQueries(text, clip, 'q.csv')
    expect(run).toThrow(message)
    expect(run).toThrow(TaplineError)
    expect(run).toThrow(/^q\.csv/)
  })
})
