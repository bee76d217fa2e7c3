/** The server's answer to every request of the contract in shared/rpc.ts: one line each, the work is elsewhere. */
import type { RpcHandlers } from '../../shared/rpc.ts'
import { listProjects } from '../projects/listProjects.ts'

export const handlers: RpcHandlers = {
  'project.list': () => listProjects(),
}
