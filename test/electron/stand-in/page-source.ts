/** The sources that are laid into a page before its own scripts. */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { codec } from './codec.ts';
import { contextBridge } from './context-bridge.ts';
import { pageWorld } from './page-world.ts';
import { preloadWorld } from './preload-world.ts';

export const pageSource = (secret: string): string =>
  `(${pageWorld.toString()})(${contextBridge.toString()}, ${JSON.stringify(secret)})`;

/** The function in which the page's script stops, so that the stand-in can put in the path of `file`. */
export const pathFunction = (secret: string): string => `${secret}_pathOf`;

export const preloadSource = (secret: string, preload: string): string => {
  const { electron, chrome } = process.versions;
  const pathOf = `function ${pathFunction(secret)}(file) {
    if (Object.prototype.toString.call(file) !== '[object File]') return undefined;
    let path = '';
    debugger;
    return path;
  }`;
  return `(${preloadWorld.toString()})((${codec.toString()})(), ${contextBridge.toString()}, ${JSON.stringify(secret)},
    ${JSON.stringify({ electron, chrome })}, ${JSON.stringify(process.platform)}, ${pathOf},
    (require, module, exports, process) => {
${preload}
    })`;
};

/**
 * A preload's text. Throws where Electron cannot run it in a sandbox: a file that is not there, an ES module, an error of
 * syntax. (In the page such an error would vanish in silence.)
 */
export const readPreload = (path: string): string => {
  const text = readFileSync(path, 'utf8');
  new Script(`(require, module, exports, process) => {\n${text}\n}`, { filename: path, lineOffset: -1 });
  return text;
};
