import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createAccess } from './access.ts'

const token = 'A'.repeat(43)
const local = createAccess({ host: '127.0.0.1', port: 4000, token })

type Headers = Record<string, string>
const ask = (headers: Headers, path = '/', access = local) => access({ address: new URL(path, 'http://tapline'), headers })
const withCookie = (headers: Headers = {}): Headers => ({ host: '127.0.0.1:4000', cookie: `theme=dark; tapline-4000=${token}`, ...headers })

describe('on the loopback address', () => {
  test('the token in the address is allowed and becomes a cookie that scripts and other sites do not see', () => {
    expect(ask({ host: '127.0.0.1:4000' }, `/?token=${token}`)).toEqual({ allowed: true, cookie: `tapline-4000=${token}; Path=/; HttpOnly; SameSite=Strict` })
  })

  test('the cookie is allowed from then on', () => expect(ask(withCookie(), '/assets/a.js')).toEqual({ allowed: true, cookie: null }))

  test.each([
    ['nothing', {}, '/'],
    ['another token', {}, `/?token=${'B'.repeat(43)}`],
    ['the start of the token', {}, `/?token=${token.slice(0, 42)}`],
    ['an empty token', {}, '/?token='],
    ['an empty cookie', { cookie: 'tapline-4000=' }, '/'],
    ['the cookie of a server on another port', { cookie: `tapline-4001=${token}` }, '/'],
  ])('%s is refused', (_what, headers, path) => {
    expect(ask({ host: '127.0.0.1:4000', ...headers }, path)).toMatchObject({ allowed: false, reason: expect.stringContaining('token') })
  })

  test.each(['127.0.0.1:4000', 'localhost:4000', '[::1]:4000', 'LOCALHOST:4000'])('it goes by the name %s', host => {
    expect(ask({ host }, `/?token=${token}`).allowed).toBe(true)
  })

  test('the other end of an ssh tunnel has a port of its own, and a cookie of its own', () => {
    expect(ask({ host: 'localhost:9001' }, `/?token=${token}`)).toMatchObject({ allowed: true, cookie: expect.stringContaining('tapline-9001=') })
  })

  test.each(['evil.example:4000', '127.0.0.1.evil.example', 'localhost.evil.example:4000', '192.168.1.2:4000', '', 'localhost:4000/x', 'a@localhost:4000', '127.0.0.1:99999999'])(
    'a page that calls it "%s" is refused, token or not',
    host => expect(ask(withCookie({ host }), `/?token=${token}`).allowed).toBe(false),
  )

  test('no name at all is refused', () => expect(ask({}, `/?token=${token}`).allowed).toBe(false))

  test.each(['http://evil.example', 'null', 'http://localhost:4000', 'https://127.0.0.1:4000', 'http://127.0.0.1:4001', ''])('what a page of %s sends is refused', origin => {
    expect(ask(withCookie({ origin })).allowed).toBe(false)
  })

  test('what its own page sends is allowed', () => expect(ask(withCookie({ origin: 'http://127.0.0.1:4000' })).allowed).toBe(true))

  test.each(['cross-site', 'same-site'])('a picture wanted by a %s page is refused', site => {
    expect(ask(withCookie({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' })).allowed).toBe(false)
  })

  test('a link to it from anywhere opens it', () => {
    expect(ask({ host: '127.0.0.1:4000', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, `/?token=${token}`).allowed).toBe(true)
  })
})

describe('on another address', () => {
  const remote = createAccess({ host: '192.0.2.7', port: 4000, token })
  test.each([
    ['192.0.2.7:4000', true],
    ['192.0.2.7:9001', false],
    ['localhost:4000', false],
    ['gpu.example:4000', false],
  ])('the name %s: %s', (host, allowed) => expect(ask({ host }, `/?token=${token}`, remote).allowed).toBe(allowed))

  test('of all of the machine, it goes by each of them and by no other name', () => {
    const all = createAccess({ host: '0.0.0.0', port: 4000, token })
    const own = Object.values(networkInterfaces()).flat().filter(entry => entry?.family === 'IPv4').map(entry => `${entry!.address}:4000`)
    expect(own.length).toBeGreaterThan(0)
    for (const host of own) expect(ask({ host }, `/?token=${token}`, all).allowed).toBe(true)
    expect(ask({ host: 'evil.example:4000' }, `/?token=${token}`, all).allowed).toBe(false)
  })

  test('IPv6 stands in brackets', () => {
    expect(ask({ host: '[2001:db8::7]:4000' }, `/?token=${token}`, createAccess({ host: '2001:db8::7', port: 4000, token })).allowed).toBe(true)
  })
})
