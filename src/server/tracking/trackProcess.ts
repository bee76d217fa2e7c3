/** Entry of the process that tracks one clip. Its life is serveJob's; what it does is trackJob's. */
import { processChannel } from '../jobs/jobChannel.ts'
import { serveJob } from '../jobs/serveJob.ts'
import { trackJob } from './trackJob.ts'

serveJob(processChannel(), trackJob)
