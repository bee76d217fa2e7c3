/** Every migration, in order. */
import { migration0001 } from './0001-annotation.ts'
import { migration0002 } from './0002-runs.ts'
import { migration0003 } from './0003-studio.ts'
import { migration0004 } from './0004-trackers.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [migration0001, migration0002, migration0003, migration0004]
