/** What is wrong with an input, by what zod found in it. */
import type { z } from 'zod';
import { problem, type Problem } from '../problems.ts';
import { asReason, reasonWith, type Reason } from './reasons.ts';

/** Why zod refused a value. Its own checks have a code each; ours give a reason as their message. */
export const whyInvalid = (issue: z.core.$ZodIssue | undefined): Reason => {
  switch (issue?.code) {
    case 'invalid_type':
      return reasonWith('input-type', issue.expected);
    case 'too_big':
      return reasonWith(issue.origin === 'number' ? 'input-above' : 'input-long', String(issue.maximum));
    case 'too_small':
      if (issue.origin !== 'number') return reasonWith('input-short', String(issue.minimum));
      return reasonWith(issue.inclusive === false ? 'input-not-over' : 'input-below', String(issue.minimum));
    case 'invalid_value':
      return reasonWith('input-one-of', issue.values.map(String).join(', '));
    case 'unrecognized_keys':
      return reasonWith('input-unknown', issue.keys.join(', '));
    case 'custom':
      return asReason(issue.message);
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case undefined:
      return 'input-format';
  }
};

/** The problem of an input that its schema refused: the first place that is wrong, and why. */
export const invalidInput = ({ issues: [issue] }: z.ZodError): Problem =>
  problem('input-invalid', { where: issue?.path.join('.') ?? '', why: whyInvalid(issue) });
