import { STATUS_CODES } from 'node:http';
import { Refusal } from '../../../../main/practice/refusal.ts';

/** An error of the framework beneath the server, which may close the connection. */
export class FrameworkRefusal extends Refusal {
  readonly closesConnection: boolean;

  constructor(status: number, body: Readonly<Record<string, unknown>>, closesConnection: boolean) {
    super(status, body);
    this.closesConnection = closesConnection;
  }
}

/** protocol: the errors of the framework beneath carry a code, an English title and an English sentence. */
export const frameworkError = (status: number, code: string, message: string, closesConnection = false): Refusal =>
  new FrameworkRefusal(status, { statusCode: status, code, error: STATUS_CODES[status], message }, closesConnection);

/** protocol: an exception in the server is a 500 with its bare message. */
export const internalError = (message: string, code?: string): Refusal =>
  new Refusal(500, { statusCode: 500, ...(code && { code }), error: STATUS_CODES[500], message });
