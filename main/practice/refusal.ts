/** A request that is answered with an error: its status, and the JSON body that says why. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(String(body['message']));
    this.status = status;
    this.body = body;
  }
}

/** protocol: clients tell the server's errors apart by their status and their French title. */
export const refuse = (status: number, error: string, message: string): Refusal =>
  new Refusal(status, { statusCode: status, error, message });
