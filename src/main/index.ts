/** Electron's entry: names the parts and starts. Everything testable is in startApp.ts. */
import { fileURLToPath } from 'node:url'
import { handlers } from '../server/handlers/handlers.ts'
import { startApp } from './startApp.ts'

const built = (path: string) => fileURLToPath(new URL(path, import.meta.url))

void startApp({ handlers, rendererFolder: built('../renderer'), preload: built('../preload/index.cjs') })
