/** What the next fit runs on, in words; undefined before the server has said anything. */
import { useApp } from '../state/appStore.ts'
import { useDevices } from '../state/deviceStore.ts'
import { fitsOnWords } from './deviceWords.ts'

export function useFitsOn(): string | undefined {
  const cpu = useApp(state => state.info?.device)
  const devices = useDevices(state => state.devices)
  return cpu && fitsOnWords(devices, cpu)
}
