// A stand-in as a program of its own: `node program.ts KIND`, started by a peer.
import { runChild } from './child.ts';
import { KINDS } from './kinds.ts';

const start = KINDS[process.argv[2] ?? ''];
if (start === undefined) throw new Error('There is no stand-in of this kind.');
runChild(async (options) => (await start())(options));
