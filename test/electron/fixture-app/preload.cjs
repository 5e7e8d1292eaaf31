const { contextBridge, ipcRenderer, webUtils } = require('electron');

contextBridge.exposeInMainWorld('fixture', {
  call: (name, ...args) => ipcRenderer.invoke('call', name, args),
  listen: (listener) => {
    const heard = (_event, ...args) => listener(...args);
    ipcRenderer.on('told', heard);
    return () => ipcRenderer.off('told', heard);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
  fail: () => {
    throw new Error('from the preload');
  },
  refused: (value) => {
    try {
      ipcRenderer.send('call', () => value);
      return '';
    } catch (error) {
      return error.message;
    }
  },
  facts: { sandboxed: process.sandboxed, hasRequire: typeof require === 'function', list: [1, 'two'] },
});
