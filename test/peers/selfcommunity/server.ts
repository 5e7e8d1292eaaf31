import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json, readAsk, type Reply } from '../cloudreve-stores/http.ts';
import { dropServer, listen } from '../listening.ts';
import type { StandIn, StandInOptions } from '../stand-in.ts';
import type { Answer } from './call.ts';
import { readConfig } from './config.ts';
import { Disk } from './disk.ts';
import { answerDjango } from './django.ts';
import { type Form, readForm } from './form.ts';
import { Journal } from './journal.ts';
import { answerNode } from './node.ts';
import { selfCommunity } from './own.ts';
import { answerPhp } from './php.ts';
import { SignIn } from './sign-in.ts';
import { Vices } from './vices.ts';

/** The reference servers of Fine Uploader, by how their names begin; everything else is SelfCommunity itself. */
const REFERENCE: readonly (readonly [name: string, answer: Answer])[] = [
  ['django-fine-uploader', answerDjango],
  ['php-traditional-server', answerPhp],
  ['Fine Uploader server-examples nodejs.js', answerNode],
];

/**
 * SelfCommunity, or one of the reference servers that its uploads are modelled on. What the real ones do not have:
 * `/__peer/report` for what arrived, and `/__peer/files` for what is stored.
 */
export async function startSelfCommunity(options: StandInOptions): Promise<StandIn> {
  const { as = '', folder, port } = options;
  let offset = options.ahead;
  let isOver = false;
  const now = (): number => Date.now() + offset;
  const config = readConfig(options.config);
  const journal = new Journal(join(folder, 'journal'));
  const disk = new Disk(folder, journal, now);
  const signIn = new SignIn(folder, config.access_token_ttl, now, journal);
  const vices = new Vices(config.vices, journal);
  const reference = REFERENCE.find(([name]) => as.startsWith(name))?.[1];
  const answer = reference ?? selfCommunity({ config, signIn, vices, journal, now });

  const answerTo = async (request: IncomingMessage): Promise<Reply | undefined> => {
    const ask = readAsk(request);
    if (ask.path === '/__peer/report') return json(200, journal.report());
    if (ask.path === '/__peer/files') return json(200, disk.files());
    const freshUuid = randomUUID();
    const form = await readForm(request, ({ fields }) => noteBody(fields, freshUuid));
    if (isOver) return undefined;
    if (ask.query.has('done')) journal.write('done', uuidOf(form.fields) ?? '');
    return answer({ ...ask, form, freshUuid }, disk);
  };
  /** Notes that a body has begun to bring a part, and where it is one too many. */
  const noteBody = (fields: Form['fields'], freshUuid: string): void => {
    const uuid = uuidOf(fields) ?? freshUuid;
    const index = Number(fields['partindex'] ?? fields['qqpartindex'] ?? 0) || 0;
    journal.note('began', uuid, index);
    if (disk.hasPart(uuid, index)) journal.note('again', uuid, index);
  };
  const server = createServer((request, response) => {
    const end = (): void => void response.destroy();
    // What is thrown is a body that broke off: the real servers keep nothing of it.
    answerTo(request).then((reply) => (reply ? send(response, reply) : end()), end);
  });
  server.requestTimeout = 0;
  const bound = await listen(server, port);
  const drop = async (): Promise<void> => {
    isOver = true;
    await dropServer(server);
  };
  const setClock = (ms: number): void => {
    offset = ms;
  };
  return { port: bound, vars: reference ? {} : signIn.vars(), setClock, close: drop, drop };
}

const uuidOf = (fields: Form['fields']): string | undefined => fields['uuid'] ?? fields['qquuid'];

function send(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  const saysLength = 'content-length' in headers || 'transfer-encoding' in headers;
  response.writeHead(status, { ...(!saysLength && { 'content-length': Buffer.byteLength(body) }), ...headers });
  response.end(body);
}
