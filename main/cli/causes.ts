/** What stopped several uploads of a batch, once for each cause, with the commands that decide about all of them. */
import { causeText, decisionTextForAll } from '../../preload/causes.ts';
import type { Session } from './session.ts';

/** Reports them after the last line of a batch. `ids`: of its transfers. */
export const tellCauses = async ({ client, out }: Session, ids: readonly number[]): Promise<void> => {
  const { causes } = await client.call('transfers.causes', { filter: { ids: [...ids] } });
  // Of other batches as well: a command for all of them would decide about these, too.
  const whole = causes.length === 0 || out.json ? [] : (await client.call('transfers.causes', {})).causes;
  for (const { code, count, ids: stopped, decisions } of causes) {
    if (out.json) {
      out.object({ event: 'cause', code, count, ids: stopped, decisions: decisions.map(({ id }) => id) });
      continue;
    }
    out.line(causeText({ code, count }), 'attention');
    const isAll = whole.find((one) => one.code === code)?.count === count;
    const which = isAll ? `--all --cause ${code}` : stopped.join(' ');
    for (const one of decisions) out.line(`    stevedore decide ${which} ${one.id}  # ${decisionTextForAll(one)}`);
  }
};
