/** Videos of a project and the exact times of their frames. Not here: decoding, or the frames themselves. */
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { Connection } from './connection.ts'
import { insidePath } from './projectPath.ts'

export interface NewVideo {
  readonly name: string
  /** Where the video is now; kept as a hint. */
  readonly sourcePath: string
  readonly width: number
  readonly height: number
  /** Seconds from 0, strictly increasing; as many as there are frames. */
  readonly timesS: Float64Array
  /** Folder of the cached frames, relative to the project. */
  readonly cacheFolder: string
}

const columns = `id, name, source_path AS sourcePath, width, height, frame_count AS frameCount, cache_folder AS cacheFolder, added_at AS addedAt`

export class VideoReader {
  protected readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** By the order in which they were added. */
  list(): VideoRecord[] {
    return this.connection.all<VideoRecord>(`SELECT ${columns} FROM video ORDER BY id`)
  }

  /** @throws Error when there is none. */
  get(videoId: number): VideoRecord {
    const video = this.connection.get<VideoRecord>(`SELECT ${columns} FROM video WHERE id = ?`, videoId)
    if (!video) throw new Error(`no video ${videoId} in ${this.connection.folder}`)
    return video
  }

  /** [frameCount] presentation times in seconds, bit for bit as imported. */
  times(videoId: number): Float64Array {
    const row = this.connection.get<{ times: Buffer }>('SELECT times FROM frame_index WHERE video_id = ?', videoId)
    if (!row) throw new Error(`no frame index of video ${videoId} in ${this.connection.folder}`)
    return new Float64Array(new Uint8Array(row.times).buffer)
  }
}

export class VideoWriter extends VideoReader {
  /** Adds a video with its frame index. @throws Error when the times are empty or do not increase. */
  add(video: NewVideo): VideoRecord {
    const times = video.timesS
    if (times.length === 0) throw new Error('a video has at least one frame')
    for (let i = 0; i < times.length; i++) {
      if (!Number.isFinite(times[i]) || (i > 0 && times[i] <= times[i - 1])) throw new Error(`time of frame ${i} does not increase`)
    }
    return this.connection.transaction(() => {
      const { id } = this.connection.run(
        'INSERT INTO video (name, source_path, width, height, frame_count, cache_folder, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        video.name,
        video.sourcePath,
        video.width,
        video.height,
        times.length,
        insidePath(video.cacheFolder),
        Date.now(),
      )
      this.connection.run('INSERT INTO frame_index (video_id, times) VALUES (?, ?)', id, new Uint8Array(times.slice().buffer))
      return this.get(id)
    })
  }

  /** Changes the hint of where the video is. */
  setSource(videoId: number, sourcePath: string): void {
    this.connection.run('UPDATE video SET source_path = ? WHERE id = ?', sourcePath, videoId)
  }

  /** Removes a video with its tracks, edits and runs. Files in the project's folder are the caller's to delete. */
  remove(videoId: number): void {
    this.connection.run('DELETE FROM video WHERE id = ?', videoId)
  }
}
