/** One chunk, to wherever the session's policy wants it. */
import { assertNever } from '../../outcome.ts';
import { problem } from '../../../../preload/problems.ts';
import { reasonWith } from '../../../../preload/problems/reasons.ts';
import { fail } from '../../outcome.ts';
import type { SendChunk } from './chunk-body.ts';
import { storeOf } from './policy.ts';
import { sendOneDrive } from './send-onedrive.ts';
import { sendOwn } from './send-own.ts';
import { sendPart } from './send-parts.ts';
import { sendQiniu } from './send-qiniu.ts';
import { sendRemote } from './send-remote.ts';
import { sendUpyun } from './send-upyun.ts';

/** See `Provider.send`. */
export const send: SendChunk = (remote, chunk, body, ctx) => {
  const store = storeOf(remote.policy);
  switch (store) {
    case 'own':
      return sendOwn(remote, chunk, body, ctx);
    case 'remote':
      return sendRemote(remote, chunk, body, ctx);
    case 's3':
    case 'ks3':
    case 'cos':
    case 'oss':
    case 'obs':
      return sendPart(remote, chunk, body, ctx);
    case 'qiniu':
      return sendQiniu(remote, chunk, body, ctx);
    case 'upyun':
      return sendUpyun(remote, chunk, body, ctx);
    case 'onedrive':
      return sendOneDrive(remote, chunk, body, ctx);
    case undefined: {
      const { name: policy, type } = remote.policy;
      const told = problem('policy-unusable', {
        server: ctx.server.name,
        policy,
        why: reasonWith('policy-kind', type),
      });
      return Promise.resolve(fail('attention', told));
    }
    default:
      return assertNever(store);
  }
};
