/** A question in the system's own dialog. */
import { dialog, type BrowserWindow } from 'electron';
import { m } from '../../preload/paraglide/messages.js';
import type { Answer, Question } from '../app/closing.ts';

export const ask = async (window: BrowserWindow, question: Question): Promise<Answer> => {
  const { message, detail, buttons, defaultId, cancelId, checkbox } = question;
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    title: m.ask_title(),
    message,
    detail,
    buttons: [...buttons],
    defaultId,
    cancelId,
    noLink: true,
    ...(checkbox === undefined ? {} : { checkboxLabel: checkbox }),
  });
  return { button: response, checked: checkboxChecked };
};
