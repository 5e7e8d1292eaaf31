import { hostLine } from '../../electron/launch.ts';

/** The first line of a run: on what the app runs. Playwright asks for a default export. */
const sayHost = (): void => void process.stdout.write(`${hostLine()}\n`);
export { sayHost as default };
