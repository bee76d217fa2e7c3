/** Entry of the process that tracks one clip: with the field (trackJob) or another tracker (trackerJob). Its life is serveJob's. */
import { processChannel } from '../jobs/jobChannel.ts'
import { serveJob } from '../jobs/serveJob.ts'
import { trackerJob } from '../trackers/trackerJob.ts'
import { trackJob } from './trackJob.ts'

serveJob(processChannel(), trackJob, trackerJob)
