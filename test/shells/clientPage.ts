/** A page that has the client and nothing else, built and opened by browserClient.test.ts. */
import { connect } from '../../src/renderer/client/connect.ts'

Object.assign(window, { client: await connect() })
