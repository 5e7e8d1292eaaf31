import { runStore } from '../program.ts';

await runStore('obs');
