import { runStore } from '../program.ts';

await runStore('s3');
