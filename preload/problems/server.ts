import { m } from '../paraglide/messages.js';
import type { ProblemArea } from './words.ts';

/** Reaching a server, and understanding what it answers. */
export const serverProblems = {
  'no-network': [m.problem_no_network, {}, 'automatic'],
  'server-unreachable': [
    m.problem_server_unreachable,
    { server: 'text', reason: 'reason' },
    'test-server',
    'automatic',
  ],
  'server-busy': [m.problem_server_busy, { server: 'text', status: 'number' }, 'automatic'],
  'connection-broken': [m.problem_connection_broken, { server: 'text', reason: 'reason' }, 'automatic'],
  'server-stalled': [m.problem_server_stalled, { server: 'text', seconds: 'number' }, 'automatic'],
  'server-failed': [m.problem_server_failed, { server: 'text', status: 'number', words: 'reason' }, 'automatic'],
  'failed-often': [
    m.problem_failed_often,
    { server: 'text', status: 'number', words: 'reason', times: 'number' },
    'other-server',
  ],
  'server-refused': [m.problem_server_refused, { server: 'text', status: 'number', words: 'reason' }, 'other-server'],
  'not-this-server': [m.problem_not_this_server, { server: 'text', got: 'reason' }, 'test-server', 'automatic'],
  'answer-truncated': [m.problem_answer_truncated, { server: 'text' }, 'automatic'],
  'answer-too-slow': [m.problem_answer_too_slow, { server: 'text', seconds: 'number' }, 'test-server', 'automatic'],
  'answer-too-large': [m.problem_answer_too_large, { server: 'text', limit: 'bytes' }, 'other-server', 'automatic'],
  'field-names-other': [m.problem_field_names_other, { server: 'text', names: 'text' }, 'test-server'],
  'checksum-first': [m.problem_checksum_first, { server: 'text' }, 'test-server'],
  'proxy-limit': [m.problem_proxy_limit, { server: 'text', chunk: 'bytes' }, 'other-server'],
  'server-full': [m.problem_server_full, { server: 'text' }, 'free-space'],
  'redirect-refused': [m.problem_redirect_refused, { server: 'text', to: 'text' }, 'test-server'],
  'certificate-untrusted': [
    m.problem_certificate_untrusted,
    { server: 'text', reason: 'reason', fingerprint: 'text' },
    'trust-certificate',
  ],
  'certificate-changed': [m.problem_certificate_changed, { server: 'text', fingerprint: 'text' }, 'trust-certificate'],
  'proxy-failed': [m.problem_proxy_failed, { proxy: 'text', reason: 'reason' }, 'automatic'],
} as const satisfies ProblemArea;
