import { STATUS_CODES } from 'node:http';

/** A request that is answered with an error: its status, and the JSON body that says why. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly closesConnection: boolean;

  constructor(status: number, body: Readonly<Record<string, unknown>>, closesConnection = false) {
    super(String(body['message']));
    this.status = status;
    this.body = body;
    this.closesConnection = closesConnection;
  }
}

/** protocol: the server's own errors carry a French title and a French sentence. */
export const refuse = (status: number, error: string, message: string): Refusal =>
  new Refusal(status, { statusCode: status, error, message });

/** protocol: the errors of the framework beneath carry a code, an English title and an English sentence. */
export const frameworkError = (status: number, code: string, message: string, closesConnection = false): Refusal =>
  new Refusal(status, { statusCode: status, code, error: STATUS_CODES[status], message }, closesConnection);

/** protocol: what the server stumbles over is a 500 with the bare message of the exception. */
export const internalError = (message: string, code?: string): Refusal =>
  new Refusal(500, { statusCode: 500, ...(code && { code }), error: STATUS_CODES[500], message });
