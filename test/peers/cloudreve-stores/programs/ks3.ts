import { runStore } from '../program.ts';

await runStore('ks3');
