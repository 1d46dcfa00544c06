// Fetches segments from one peer over a few `/safelight/blob/1` streams ("lanes"). A request is a credit for one segment:
// with at most 4 unanswered per lane no more than 1 MiB can be on its way to a lane that nobody reads. An answer gives its
// credit back when it arrives, unless too many wait to be stored: the line does not stand still while the disk is busy.

import type { CallOptions, Clock, TransportErrorCode } from '../../messenger/ports.ts'
import { TransportError } from '../../messenger/ports.ts'
import { concatBytes, fromHex, u32 } from '../../protocol/bytes.ts'
import { throwIfCancelled } from '../cancel.ts'
import type { FrameStream, FrameStreamOptions } from '../frames.ts'
import { limits } from '../limits.ts'

export type SegmentSink = (index: number, bytes: Uint8Array) => Promise<void>

export interface SegmentClient {
  fetch(blobId: string, indexes: readonly number[], sink: SegmentSink, options?: CallOptions): Promise<void>
  close(): void
}

export interface SegmentClientOptions {
  readonly clock: Clock
  /** Opens one more stream to the peer. @throws when the connection is gone */
  readonly openLane: () => Promise<(options: FrameStreamOptions) => FrameStream>
}

interface Job {
  readonly blobId: Uint8Array
  readonly sink: SegmentSink
  readonly queue: number[]
  /** Asked for, arriving, or in the sink. */
  unfinished: number
  readonly done: PromiseWithResolvers<void>
  over: boolean
}

interface Task {
  readonly job: Job
  readonly index: number
}

interface Lane {
  frames: FrameStream | undefined
  /** Unanswered requests, oldest first: answers come in this order. */
  readonly asked: Task[]
  /** Answered, and still in the sink. */
  storing: number
  stopStallTimer: () => void
}

export function createSegmentClient({ clock, openLane }: SegmentClientOptions): SegmentClient {
  const jobs: Job[] = []
  const lanes = new Set<Lane>()
  let closed = false

  const settleAll = (error: TransportError): void => {
    // Settling takes a job off the list.
    for (let job = jobs[0]; job !== undefined; job = jobs[0]) settle(job, error)
  }

  const settle = (job: Job, error?: unknown): void => {
    if (job.over) return
    job.over = true
    job.queue.length = 0
    const position = jobs.indexOf(job)
    if (position >= 0) jobs.splice(position, 1)
    if (error === undefined) job.done.resolve()
    else job.done.reject(error)
  }

  /** The next task of the oldest job that has one. */
  const nextTask = (): Task | undefined => {
    const job = jobs.find(({ queue }) => queue.length > 0)
    const index = job?.queue.shift()
    if (job === undefined || index === undefined) return undefined
    job.unfinished++
    return { job, index }
  }

  const finish = (job: Job): void => {
    job.unfinished--
    if (job.unfinished === 0 && job.queue.length === 0) settle(job)
  }

  /** What the lane still owed is lost to its jobs, unless somebody else only cancelled theirs. */
  const drop = (lane: Lane, fate: { readonly error: TransportError } | 'ask-again'): void => {
    if (!lanes.delete(lane)) return
    lane.stopStallTimer()
    lane.frames?.abort()
    for (const { job, index } of lane.asked.splice(0)) {
      job.unfinished--
      if (fate !== 'ask-again') settle(job, fate.error)
      else if (!job.over) job.queue.unshift(index)
    }
  }

  const lose = (lane: Lane, code: TransportErrorCode): void => {
    drop(lane, { error: new TransportError(code) })
    pump()
  }

  const watch = (lane: Lane): void => {
    lane.stopStallTimer()
    lane.stopStallTimer =
      lane.asked.length === 0 ? () => {} : clock.after(limits.blobStallMs, () => lose(lane, 'timeout'))
  }

  const onAnswer = async (lane: Lane, bytes: Uint8Array): Promise<void> => {
    const task = lane.asked.shift()
    if (task === undefined) return lose(lane, 'peer-protocol')
    const { job, index } = task
    lane.storing++
    watch(lane)
    pump()
    try {
      if (bytes.length > 0 && !job.over) await job.sink(index, bytes)
    } catch (error) {
      settle(job, error)
    }
    lane.storing--
    finish(job)
    pump()
  }

  const hasCredit = ({ asked, storing }: Lane): boolean =>
    asked.length < limits.blobRequestsInFlight &&
    asked.length + storing < limits.blobRequestsInFlight + limits.blobSegmentsStoring

  const ask = (lane: Lane): void => {
    const { frames } = lane
    while (frames !== undefined && hasCredit(lane)) {
      const task = nextTask()
      if (task === undefined) return
      lane.asked.push(task)
      watch(lane)
      frames.send(concatBytes(task.job.blobId, u32(task.index))).catch(() => {})
    }
  }

  const addLane = async (): Promise<void> => {
    const lane: Lane = { frames: undefined, asked: [], storing: 0, stopStallTimer: () => {} }
    lanes.add(lane)
    try {
      const open = await openLane()
      lane.frames = open({
        maxFrameBytes: limits.segmentBytes,
        onFrame: (frame) => void onAnswer(lane, frame),
        onClosed: (reason) => lose(lane, reason === 'violation' ? 'peer-protocol' : 'peer-closed'),
      })
      if (!lanes.has(lane)) lane.frames.abort()
      pump()
    } catch (error) {
      lanes.delete(lane)
      // Fewer lanes than wanted are enough; none are not.
      if (lanes.size === 0) settleAll(new TransportError('peer-closed', { cause: error }))
    }
  }

  const pump = (): void => {
    if (closed) return
    for (const lane of lanes) ask(lane)
    const opening = [...lanes].some(({ frames }) => frames === undefined)
    if (!opening && lanes.size < limits.blobStreams && jobs.some(({ queue }) => queue.length > 0)) void addLane()
  }

  return {
    async fetch(blobId, indexes, sink, options) {
      const id = fromHex(blobId)
      if (id?.length !== 32) throw new RangeError('a blob id is 64 hex digits')
      throwIfCancelled(options?.signal)
      if (closed) throw new TransportError('peer-closed')
      if (indexes.length === 0) return
      const job: Job = {
        blobId: id,
        sink,
        queue: [...indexes],
        unfinished: 0,
        done: Promise.withResolvers(),
        over: false,
      }
      const onAbort = (): void => {
        settle(job, new TransportError('cancelled', { cause: options?.signal?.reason }))
        // Answers that nobody wants would hold up those behind them.
        for (const lane of lanes) if (lane.asked.some((task) => task.job === job)) drop(lane, 'ask-again')
        // Behind all that end with the same signal, or theirs would be asked for again first.
        queueMicrotask(pump)
      }
      options?.signal?.addEventListener('abort', onAbort, { once: true })
      jobs.push(job)
      pump()
      try {
        await job.done.promise
      } finally {
        options?.signal?.removeEventListener('abort', onAbort)
      }
    },
    close() {
      closed = true
      const error = new TransportError('peer-closed')
      for (const lane of lanes) drop(lane, { error })
      settleAll(error)
    },
  }
}
