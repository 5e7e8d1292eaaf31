import { runStore } from '../program.ts';

await runStore('upyun');
