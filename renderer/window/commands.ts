/** Carries out the commands of the app's menu and of its tray that the window knows how to do. */
import type { App } from '../client/app.svelte.ts';

/** Returns the way to stop. */
export const obeyCommands = (app: App): (() => void) =>
  app.client.on('command', ({ name }) => {
    const { navigation, sheets } = app;
    switch (name) {
      case 'add-files':
      case 'shortcuts':
        sheets.open = name;
        return;
      case 'limit':
        navigation.openSetting('limitBytesPerSecond');
        return;
      case 'queue':
      case 'servers':
      case 'settings':
      case 'shares':
        navigation.view = name;
    }
  });
