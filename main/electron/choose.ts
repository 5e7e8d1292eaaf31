/** The system's dialog for files, without a window: for the tray and the shortcut. */
import { app, dialog } from 'electron';

/** Resolves with absolute paths, none where the person chose none. */
export const chooseFiles = async (): Promise<readonly string[]> => {
  // On macOS a dialog of a program in the background would open behind the windows of others.
  app.focus({ steal: true });
  const { canceled, filePaths } = await dialog.showOpenDialog({ properties: ['openFile', 'multiSelections'] });
  return canceled ? [] : filePaths;
};
