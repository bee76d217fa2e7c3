/** The version of Tapline, from package.json: written into projects and runs. */
import packageJson from '../../package.json' with { type: 'json' }

export const appVersion: string = packageJson.version
