// The worker that owns the files of the origin private file system. It answers each request when its work is done; what
// has to happen in order is ordered by `blobFiles`.

import type { BlobStore } from '../../messenger/ports.ts'
import { StorageError } from '../../messenger/ports.ts'
import { giveBack } from '../../protocol/primitives/give-back.ts'
import { blobFiles } from '../blob-file/blob-files.ts'
import { domStorageError } from '../browser/dom-error.ts'
import type { OpfsCall, OpfsReply, OpfsRequest, OpfsValue } from '../browser/opfs-messages.ts'
import { opfsFolder } from './opfs-folder.ts'

declare const self: DedicatedWorkerGlobalScope

let blobs: BlobStore | undefined

self.addEventListener('message', ({ data }: MessageEvent<OpfsRequest>) => {
  void answer(data)
})

async function answer({ id, call }: OpfsRequest): Promise<void> {
  try {
    const value = await perform(call)
    reply({ id, ok: true, value }, value instanceof Uint8Array ? [value.buffer] : [])
  } catch (error) {
    reply({ id, ok: false, code: domStorageError(error).code })
  }
}

function reply(message: OpfsReply, transfer: Transferable[] = []): void {
  self.postMessage(message, transfer)
}

async function perform(call: OpfsCall): Promise<OpfsValue> {
  if (call.method === 'open') {
    blobs = blobFiles(await opfsFolder(call.folder))
    return undefined
  }
  if (blobs === undefined) throw new StorageError('closed')
  switch (call.method) {
    case 'create':
      await blobs.create(call.blobId, call.segmentCount)
      return undefined
    case 'write':
      await blobs.write(call.blobId, call.index, call.bytes)
      giveBack(call.bytes)
      return undefined
    case 'read':
      return blobs.read(call.blobId, call.index)
    case 'sync':
      await blobs.sync(call.blobId)
      return undefined
    case 'present':
      return blobs.present(call.blobId)
    case 'delete':
      await blobs.delete(call.blobId)
      return undefined
    case 'list':
      return blobs.list()
    case 'usage':
      return blobs.usage()
    case 'close':
      await blobs.close()
      return undefined
  }
}
