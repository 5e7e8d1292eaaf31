import { runStore } from '../program.ts';

runStore('upyun');
