import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
  type ListMultipartUploadsCommandOutput as UploadsPage,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { UserError } from '../errors.ts';
import { Damage, statusOf } from './s3-answers.ts';
import { s3Problem } from './s3-errors.ts';
import {
  type Condition,
  ConflictError,
  checkKey,
  type Entry,
  isKey,
  type Store,
  type Stored,
} from './store.ts';

/** Larger values go up in parts of this size, each tried again by itself. */
const PART_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 10_000;
/** Milliseconds for one call, all tries included. */
const LIMIT_MS = 15 * 60_000;
/** Tries of what the SDK does not try again: an answer that breaks off, two writers at once. */
const ATTEMPTS = 5;
/** An upload in parts that is older was left by a process that died. */
const LEFTOVER_MS = 24 * 3600_000;

/** Kept with each value: who wrote it, and what it must be when it is read. */
const WRITER = 'fsg-writer';
const SHA256 = 'fsg-sha256';

interface Options {
  readonly abortSignal: AbortSignal;
}

/**
 * A store in a bucket, each value an object below the prefix. A value is verified when it is read, if this class wrote it.
 * Throws UserError where the server, the network or the credentials fail.
 */
export class S3Store implements Store {
  readonly where: string;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #client: S3Client;
  readonly #limit: number;
  #swept = false;

  /** The prefix is "" or a key; `limit`: milliseconds for one call. */
  constructor(bucket: string, prefix: string, client: S3Client, limit = LIMIT_MS) {
    this.where = `s3://${bucket}${prefix && `/${prefix}`}`;
    this.#bucket = bucket;
    this.#prefix = prefix && `${prefix}/`;
    this.#client = client;
    this.#limit = limit;
  }

  async get(key: string): Promise<Stored | undefined> {
    checkKey(key);
    return this.#attempt(`cannot read ${this.#address(key)}`, async (options) => {
      try {
        const answer = await this.#client.send(new GetObjectCommand(this.#object(key)), options);
        const value = await answer.Body?.transformToByteArray().catch(() => undefined);
        const sum = answer.Metadata?.[SHA256];
        if (!value || (sum && sum !== sha256(value))) throw new Damage();
        return { value, etag: answer.ETag as string };
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    });
  }

  async put(key: string, value: Uint8Array, condition?: Condition): Promise<void> {
    checkKey(key);
    const writer = randomUUID();
    await this.#attempt(`cannot write ${this.#address(key)}`, async (options) => {
      try {
        await this.#upload(key, value, writer, condition, options);
      } catch (error) {
        if (!isRefusal(error, condition)) throw error;
        // A try whose answer was lost may have succeeded, and be what the next one now met.
        if (await this.#isWrittenBy(writer, key, options)) return;
        if (nameOf(error) === 'NoSuchUpload') throw error;
        throw new ConflictError(`${this.#address(key)} was written by another`);
      }
    });
  }

  async list(prefix: string): Promise<Entry[]> {
    return this.#attempt(`cannot list ${this.where}`, async (options) => {
      const entries: Entry[] = [];
      let from: string | undefined;
      do {
        const page = await this.#page(prefix, options, { ContinuationToken: from });
        entries.push(...page.entries);
        from = page.next;
      } while (from);
      return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    });
  }

  async remove(key: string): Promise<void> {
    checkKey(key);
    await this.#attempt(`cannot remove ${this.#address(key)}`, (options) =>
      this.#client.send(new DeleteObjectCommand(this.#object(key)), options),
    );
  }

  /** By a listing: unlike a HEAD request its answers tell a missing bucket and a wrong region from a missing value. */
  async stat(key: string): Promise<Entry | undefined> {
    checkKey(key);
    return this.#attempt(`cannot read ${this.#address(key)}`, async (options) => {
      const { entries } = await this.#page(key, options, { MaxKeys: 1 });
      return entries.find((entry) => entry.key === key);
    });
  }

  /** Aborts the uploads in parts below the prefix that were begun before that time: no more storage is paid for them. */
  async abortUploads(before: Date): Promise<number> {
    return this.#attempt(`cannot clean up ${this.where}`, async (options) => {
      const place = { Bucket: this.#bucket, Prefix: this.#prefix };
      const old: { Key?: string; UploadId?: string }[] = [];
      let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
      while (from) {
        const command = new ListMultipartUploadsCommand({ ...place, ...from });
        const page: UploadsPage = await this.#client.send(command, options);
        old.push(...(page.Uploads ?? []).filter(({ Initiated }) => Initiated && Initiated < before));
        from = page.IsTruncated
          ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
          : undefined;
      }
      for (const { Key, UploadId } of old) {
        const upload = { Bucket: this.#bucket, Key, UploadId };
        await this.#client.send(new AbortMultipartUploadCommand(upload), options).catch((error) => {
          if (nameOf(error) !== 'NoSuchUpload') throw error;
        });
      }
      return old.length;
    });
  }

  async #upload(
    key: string,
    value: Uint8Array,
    writer: string,
    condition: Condition | undefined,
    { abortSignal }: Options,
  ): Promise<void> {
    if (value.length > PART_BYTES) await this.#sweep();
    const abortController = new AbortController();
    const abort = () => abortController.abort();
    abortSignal.addEventListener('abort', abort);
    const upload = new Upload({
      client: this.#client,
      partSize: Math.max(PART_BYTES, Math.ceil(value.length / MOST_PARTS)),
      abortController,
      params: {
        ...this.#object(key),
        ...(condition && ('absent' in condition ? { IfNoneMatch: '*' } : { IfMatch: condition.match })),
        Body: value,
        Metadata: { [WRITER]: writer, [SHA256]: sha256(value) },
      },
    });
    await upload.done().finally(() => abortSignal.removeEventListener('abort', abort));
  }

  /** Once a store; credentials that may write but not list uploads do as well. */
  async #sweep(): Promise<void> {
    if (this.#swept) return;
    this.#swept = true;
    await this.abortUploads(new Date(Date.now() - LEFTOVER_MS)).catch(() => {});
  }

  async #isWrittenBy(writer: string, key: string, options: Options): Promise<boolean> {
    try {
      const { Metadata } = await this.#client.send(new HeadObjectCommand(this.#object(key)), options);
      return Metadata?.[WRITER] === writer;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  async #page(
    prefix: string,
    options: Options,
    part: { ContinuationToken?: string; MaxKeys?: number },
  ): Promise<{ entries: Entry[]; next?: string }> {
    const place = { Bucket: this.#bucket, Prefix: this.#prefix + prefix };
    const answer = await this.#client.send(new ListObjectsV2Command({ ...place, ...part }), options);
    const { Contents = [], IsTruncated, NextContinuationToken } = answer;
    const entries = Contents.map(({ Key = '', Size = 0 }) => ({
      key: Key.slice(this.#prefix.length),
      size: Size,
    }));
    return {
      entries: entries.filter(({ key }) => isKey(key)),
      next: IsTruncated ? NextContinuationToken : undefined,
    };
  }

  async #attempt<T>(doing: string, action: (options: Options) => Promise<T>): Promise<T> {
    const options = { abortSignal: AbortSignal.timeout(this.#limit) };
    for (let attempt = 1; ; attempt++) {
      try {
        return await action(options);
      } catch (error) {
        const passing = error instanceof Damage || statusOf(error) === 409;
        if (options.abortSignal.aborted) {
          const limit = `it took more than ${this.#limit / 1000} s`;
          throw new UserError(`${doing}: ${limit}; see how fast and reliable the network to the server is`);
        }
        if (!passing || attempt === ATTEMPTS) throw s3Problem(error, doing);
        await setTimeout(Math.random() * 50 * 2 ** attempt);
      }
    }
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #address(key: string): string {
    return `${this.where}/${key}`;
  }
}

/** The condition did not hold, a value that is gone matching nothing, or the upload was ended before. */
function isRefusal(error: unknown, condition: Condition | undefined): boolean {
  if (nameOf(error) === 'NoSuchUpload' || statusOf(error) === 412) return true;
  return nameOf(error) === 'NoSuchKey' && condition !== undefined && 'match' in condition;
}

const nameOf = (error: unknown): string => (error as Error).name;
const sha256 = (value: Uint8Array): string => createHash('sha256').update(value).digest('hex');
