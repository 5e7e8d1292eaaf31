export { startProxy as startMeddler, type Proxy as Meddler } from '../faults/proxy.ts';
