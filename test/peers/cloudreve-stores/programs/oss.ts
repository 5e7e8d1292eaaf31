import { runStore } from '../program.ts';

runStore('oss');
