import { runStore } from '../program.ts';

runStore('s3');
