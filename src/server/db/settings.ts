/** Settings of a project: names and JSON values. Not here: what each means, nor settings of the user (server/userData.ts). */
import type { Connection } from './connection.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export class SettingReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  get(key: string): Json | undefined {
    const row = this.connection.get<{ value: string }>('SELECT value FROM setting WHERE key = ?', key)
    return row && (JSON.parse(row.value) as Json)
  }

  has(key: string): boolean {
    return this.connection.get('SELECT 1 FROM setting WHERE key = ?', key) !== undefined
  }

  all(): Record<string, Json> {
    const rows = this.connection.all<{ key: string; value: string }>('SELECT key, value FROM setting ORDER BY key')
    return Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value) as Json]))
  }
}

export class SettingWriter extends SettingReader {
  set(key: string, value: Json): void {
    this.connection.run('INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)', key, JSON.stringify(value))
  }

  remove(key: string): void {
    this.connection.run('DELETE FROM setting WHERE key = ?', key)
  }
}
