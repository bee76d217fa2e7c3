/**
 * Who may talk to `tapline serve`: pages that it served itself, opened with its token, under a name that it listens on.
 * The checks of Host and Origin keep out pages of other sites, also those that point a name of theirs at this machine.
 * Not here: what is asked for.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { hostname, networkInterfaces } from 'node:os'

export interface AccessOptions {
  /** Address or name that the server listens on. */
  readonly host: string
  readonly port: number
  readonly token: string
}

export interface AskedFor {
  readonly address: URL
  readonly headers: IncomingHttpHeaders
}

export type Verdict =
  /** `cookie`: to be set, where the token came in the address. */
  { readonly allowed: true; readonly cookie: string | null } | { readonly allowed: false; readonly reason: string }

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return loopbackNames.has(bracketed(host)) || /^127(\.\d{1,3}){3}$/.test(host)
}

/** A host as it stands in an address: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase()
}

export function createAccess({ host, port, token }: AccessOptions): (asked: AskedFor) => Verdict {
  const refused = (reason: string): Verdict => ({ allowed: false, reason })
  return ({ address, headers }) => {
    const called = parseHost(headers.host)
    if (!called || !isOwnName(called)) return refused('this server does not go by that name')
    // Browsers send it with everything but plain page loads and pictures.
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) return refused('other pages may not use this server')
    const from = headers['sec-fetch-site']
    if (from !== undefined && from !== 'same-origin' && from !== 'none' && headers['sec-fetch-mode'] !== 'navigate') return refused('other pages may not use this server')
    const given = address.searchParams.get('token')
    // Cookies know no ports: the name keeps servers apart that a browser reaches under one host name.
    const name = `tapline-${called.port}`
    if (given !== null && same(given, token)) return { allowed: true, cookie: `${name}=${token}; Path=/; HttpOnly; SameSite=Strict` }
    const kept = cookieOf(headers.cookie, name)
    if (kept !== null && same(kept, token)) return { allowed: true, cookie: null }
    return refused('open the whole address that "tapline serve" printed, with its token')
  }

  function isOwnName(called: { readonly name: string; readonly port: number }): boolean {
    // An ssh tunnel ends at another port of the machine where the browser runs.
    if (isLoopback(host)) return loopbackNames.has(called.name) || called.name === bracketed(host)
    return called.port === port && (called.name === bracketed(host) || (isWildcard(host) && namesOfMachine().has(called.name)))
  }
}

/** All addresses of the machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || bracketed(host) === '[::]'
}

function namesOfMachine(): Set<string> {
  const addresses = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(entry => bracketed(entry.address)))
  return new Set([...loopbackNames, hostname().toLowerCase(), ...addresses])
}

function parseHost(header: string | undefined): { readonly name: string; readonly port: number } | null {
  const [, name, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(header ?? '') ?? []
  return name === undefined ? null : { name: name.toLowerCase(), port: Number(port ?? 80) }
}

function cookieOf(header: string | undefined, name: string): string | null {
  const pair = header?.split(';').map(text => text.trim()).find(text => text.startsWith(`${name}=`))
  return pair === undefined ? null : pair.slice(name.length + 1)
}

/** Takes the same time wherever they differ, and whatever their lengths. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
