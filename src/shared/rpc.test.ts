import { expect, test } from 'vitest'
import { TaplineError } from './errors.ts'
import { answer, isRpcId, type RpcHandlers } from './rpc.ts'

const failing = (error: unknown): Partial<RpcHandlers> => ({ 'project.list': () => Promise.reject(error) })

test('an answer carries what the handler returned', async () => {
  expect(await answer({ 'project.list': async () => [] }, 'project.list', null)).toEqual({ ok: true, value: [] })
})

test('an error for a person travels whole', async () => {
  const error = new TaplineError('bad-project', '/a/b', 'its database is damaged', 'Restore it from a copy.')
  expect(await answer(failing(error), 'project.list', null)).toEqual({ ok: false, error: error.toRecord() })
})

test('an unexpected error becomes an internal one that names the request', async () => {
  const reply = await answer(failing(new RangeError('index 7')), 'project.list', null)
  expect(reply).toMatchObject({ ok: false, error: { code: 'internal', subject: 'project.list', reason: 'index 7' } })
})

test('a handler that throws before it returns a promise is answered too', async () => {
  const handlers: Partial<RpcHandlers> = {
    'project.list': () => {
      throw new Error('at once')
    },
  }
  expect(await answer(handlers, 'project.list', null)).toMatchObject({ ok: false, error: { reason: 'at once' } })
})

test.each(['project.list'])('%s is known', id => expect(isRpcId(id)).toBe(true))
test.each(['toString', 'project.drop', '', 3, null, { id: 'project.list' }])('%s is not a request', id => expect(isRpcId(id)).toBe(false))
