import { runStore } from '../program.ts';

await runStore('cos');
