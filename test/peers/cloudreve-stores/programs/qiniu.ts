import { runStore } from '../program.ts';

runStore('qiniu');
