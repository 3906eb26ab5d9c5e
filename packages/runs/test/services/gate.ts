/** An HTTP server in front of another one, real or in memory, that notes what passes and fails where a test wants it to. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Passing {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
  readonly authorization?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

export type Upstream = (request: Passing) => Promise<Answer>;

/** `down`: cut off before, `lost`: cut off after the upstream has done it, `stall`: never an answer. */
export type Fault = 'down' | 'lost' | 'stall' | Answer;

export interface Gate {
  readonly address: string;
  /** All that came, in order. */
  readonly requests: Passing[];
  /** Decides what goes wrong with a request; undefined lets it pass. */
  fault: (request: Passing) => Fault | undefined;
}

/** Closed when the test has ended. */
export async function openGate(upstream: Upstream): Promise<Gate> {
  const requests: Passing[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { method = '', url = '', headers } = request;
    const { authorization } = headers;
    const passing = { method, url, body, ...(authorization !== undefined && { authorization }) };
    requests.push(passing);
    const fault = gate.fault(passing);
    if (fault === 'down') return request.socket.destroy();
    if (fault === 'stall') return undefined;
    const answer = typeof fault === 'object' ? fault : await upstream(passing);
    if (fault === 'lost') return request.socket.destroy();
    return response.writeHead(answer.status, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const gate: Gate = { address: `http://127.0.0.1:${port}`, requests, fault: () => undefined };
  return gate;
}

/** Hands everything on to the server at `address`. */
export const forwardTo =
  (address: string): Upstream =>
  async ({ method, url, body }) => {
    const response = await fetch(address + url, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body.length > 0 && { body }),
    });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  };

/** Those that change something. */
export const writesOf = ({ requests }: Gate): string[] =>
  requests
    .filter(({ method, url }) => method !== 'GET' && !url.endsWith('/runs/search'))
    .map(({ method, url }) => `${method} ${url}`);
