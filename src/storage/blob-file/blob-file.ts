// The little that a blob store needs of a file system. The Node and the OPFS implementation stand in node/ and
// opfs-worker/. All of them throw StorageError.

import type { Bytes } from '../../protocol/bytes.ts'

export interface BlobFile {
  /** Exactly `length` bytes. @throws StorageError `damaged` when the file ends before */
  read(at: number, length: number): Promise<Bytes>
  /** @throws StorageError `full` */
  write(at: number, bytes: Bytes): Promise<void>
  /** Everything written so far survives a power failure. */
  flush(): Promise<void>
  size(): Promise<number>
  /** Shortens, or extends with zeros. @throws StorageError `full` */
  resize(sizeBytes: number): Promise<void>
  close(): Promise<void>
}

/** A flat folder of files named by blob id. */
export interface BlobFolder {
  /** Undefined when there is none and `create` is false. @throws StorageError `locked` while another holds it */
  open(name: string, create: boolean): Promise<BlobFile | undefined>
  /** A no-op when there is none. */
  remove(name: string): Promise<void>
  list(): Promise<readonly string[]>
  usage(): Promise<{ readonly usedBytes: number; readonly quotaBytes?: number }>
}
