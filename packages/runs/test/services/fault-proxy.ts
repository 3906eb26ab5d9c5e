/** An HTTP server on loopback that hands requests on to another one and does to some of them what a test's script says. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type Fault =
  /** The proxy answers with this status; the server never sees the request. */
  | number
  /** The same in S3's words. */
  | { readonly status: number; readonly code: string }
  /** The server sees nothing, and no answer ever comes. */
  | 'stall'
  /** The connection breaks after half of the request's body, which is what the server gets of it. */
  | 'reset request'
  /** One byte of the request's body is changed. */
  | 'flip request'
  /** The server does what it is asked; the connection breaks before its answer. */
  | 'lose answer'
  /** The connection breaks after half of the answer's body. */
  | 'reset answer'
  /** Half of the answer's body, ended as if it were all. */
  | 'truncate'
  /** One byte of the answer's body is changed. */
  | 'flip answer'
  /** The answer to a part that has arrived; the server never sees it. */
  | 'swallow'
  /** A page that has nothing to do with the request, as a hotel's network serves it. */
  | 'page'
  /** The answer's body comes a byte every 2 ms. */
  | 'trickle';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** The how many-th request of its method this is, from 1. */
  readonly nth: number;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** All requests so far. */
  readonly seen: readonly Seen[];
  stop(): Promise<void>;
}

const PAGE = '<html><body>Please log in to the network</body></html>';

/** `target` is the server's address; `script` says what befalls a request, if anything. */
export async function startFaultProxy(
  target: string,
  script: (request: Seen) => Fault | undefined,
): Promise<FaultProxy> {
  const seen: Seen[] = [];
  const server = createServer((incoming, answer) => {
    const { method = '', url = '' } = incoming;
    const nth = seen.filter((other) => other.method === method).length + 1;
    seen.push({ method, url, nth });
    incoming.on('error', () => {});
    serve(new URL(target), incoming, answer, script({ method, url, nth })).catch(() => incoming.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(target: URL, incoming: IncomingMessage, answer: ServerResponse, fault?: Fault) {
  if (fault === 'reset request') return breakOff(target, incoming);
  const body = await read(incoming);
  if (fault === 'stall') return;
  if (typeof fault === 'number') return answer.writeHead(fault).end();
  if (typeof fault === 'object') {
    return answer
      .writeHead(fault.status)
      .end(`<Error><Code>${fault.code}</Code><Message>no</Message></Error>`);
  }
  if (fault === 'swallow') return answer.writeHead(200, { etag: `"${md5(body)}"` }).end();
  if (fault === 'page') return answer.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  if (fault === 'flip request') flip(body);
  const { status, headers, content } = await forward(target, incoming, body);
  if (fault === 'lose answer') return incoming.socket.resetAndDestroy();
  const half = content.subarray(0, content.length / 2);
  if (fault === 'truncate') return answer.writeHead(status, without(headers, 'content-length')).end(half);
  if (fault === 'flip answer') flip(content);
  answer.writeHead(status, headers);
  if (fault === 'reset answer') {
    await new Promise((resolve) => answer.write(half, resolve));
    return incoming.socket.resetAndDestroy();
  }
  if (fault === 'trickle') {
    for (const byte of content) {
      if (answer.destroyed) return;
      answer.write(Uint8Array.of(byte));
      await setTimeout(2);
    }
    return answer.end();
  }
  answer.end(content);
}

const md5 = (body: Buffer): string => createHash('md5').update(body).digest('hex');

function flip(body: Buffer) {
  const middle = Math.floor(body.length / 2);
  if (middle < body.length) body[middle] = (body[middle] as number) ^ 1;
}

/** Headers go on as they came: a signature covers Host. */
function open(target: URL, { method, url, headers }: IncomingMessage) {
  const { hostname: host, port } = target;
  return request({ host, port, method, path: url, headers, agent: new Agent() });
}

async function forward(target: URL, incoming: IncomingMessage, body: Buffer) {
  const outgoing = open(target, incoming).end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const headers = without(response.headers, 'connection', 'transfer-encoding');
  return { status: response.statusCode as number, headers, content: await read(response) };
}

async function breakOff(target: URL, incoming: IncomingMessage) {
  const half = await read(incoming, Math.floor(Number(incoming.headers['content-length'] ?? 0) / 2));
  incoming.socket.resetAndDestroy();
  const outgoing = open(target, incoming).on('error', () => {});
  outgoing.write(half, () => outgoing.destroy());
}

/** The body, or its first bytes. */
async function read(stream: IncomingMessage, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

const without = (headers: IncomingHttpHeaders, ...names: string[]): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
