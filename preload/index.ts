/** Lays the bridge into the app's window: what goes over it is parsed and judged on the other side. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge, Reply } from './window.ts';

const bridge: Bridge = {
  call: (name, input, id) => ipcRenderer.invoke('stevedore', name, input, id) as Promise<Reply>,
  cancel: (id) => ipcRenderer.send('stevedore:cancel', id),
  listen: (listener) => {
    const hear = (_: unknown, event: string, payload: unknown): void => listener(event, payload);
    ipcRenderer.on('stevedore:event', hear);
    return () => void ipcRenderer.off('stevedore:event', hear);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
};

contextBridge.exposeInMainWorld('stevedore', bridge);
