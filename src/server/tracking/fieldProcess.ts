/** Entry of the process that a video's live field lives in. Its life is serveField's. */
import { processChannel } from '../jobs/jobChannel.ts'
import { serveField } from './serveField.ts'

serveField(processChannel())
