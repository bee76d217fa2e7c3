/** Processes that try devices, of a machine as a test describes it. Not here: real ones (server/devices). */
import type { DeviceAnswer, DeviceLink, DeviceQuestion } from '../../src/server/devices/tryDevice.ts'
import type { DeviceName } from '../../src/shared/devices.ts'

export interface MachinePart extends Partial<DeviceAnswer> {
  /** Points a second that a measurement finds. */
  readonly speed?: number
  /** A measurement is not over before. */
  readonly until?: Promise<unknown>
}
export type Machine = Partial<Record<DeviceName, MachinePart>>

/** Processes of a machine as described; what is left out is not there. Notes every question. */
export function machine(parts: Machine) {
  const asked: DeviceQuestion[] = []
  const start = (): DeviceLink => {
    const answers: ((answer: DeviceAnswer) => void)[] = []
    return {
      pid: 1,
      send(question) {
        asked.push(question)
        const part = parts[question.device]
        const { speed = null, until, ...about } = part ?? { name: '', problem: 'no adapter' }
        const here = { name: `${question.device} one`, memoryBytes: null, software: false, problem: null, ...about }
        const answer = { ...here, pointsPerSecond: question.seconds === null || here.problem ? null : speed }
        const wait = question.seconds === null ? Promise.resolve() : Promise.resolve(until)
        void wait.then(() => answers.forEach(listener => listener(answer)))
      },
      onResponse: listener => void answers.push(listener),
      onExit: () => {},
      kill: () => {},
    }
  }
  return { start, asked, measured: () => asked.filter(question => question.seconds !== null).map(question => question.device) }
}
