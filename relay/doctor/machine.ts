// What of this machine a relay depends on: room on the disk, UDP for STUN.

import { createSocket } from 'node:dgram'
import { access, constants, statfs } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { size } from '../config/units.ts'
import type { Finding } from './check.ts'
import { bad, good, warning } from './check.ts'

const stunWaitMs = 3000
const stunTries = 3
/** Less than this is gone in a day of a lively community. */
const fewBytes = 1_000_000_000

export async function checkDisk(dataDirectory: string, maxDiskBytes: number | undefined): Promise<Finding> {
  const subject = 'Disk'
  try {
    await access(dataDirectory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return bad(subject, `The data folder ${dataDirectory} is not there, or cannot be written.`)
  }
  const { bavail, bsize } = await statfs(dataDirectory)
  const free = bavail * bsize
  const rounded = `${Math.floor(free / 1e8) / 10} GB`
  if (free < fewBytes) return bad(subject, `Only ${rounded} are free: the relay will soon refuse messages.`)
  if (maxDiskBytes !== undefined && maxDiskBytes > free)
    return warning(
      subject,
      `${rounded} are free, less than the ${size.format(maxDiskBytes)} the relay may use (--max-disk).`,
    )
  return good(subject, `${rounded} are free.`)
}

export async function checkStun(hostname: string, port: number): Promise<Finding> {
  const subject = 'STUN'
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const transaction = randomBytes(12)
  const question = Buffer.concat([Buffer.from('000100002112a442', 'hex'), transaction])
  try {
    const answered = new Promise<boolean>((resolve) => {
      socket.on('message', (answer) => {
        if (answer.subarray(8, 20).equals(transaction)) resolve(true)
      })
      socket.on('error', () => resolve(false))
      setTimeout(() => resolve(false), stunWaitMs).unref()
    })
    // Datagrams get lost.
    for (let index = 0; index < stunTries; index++) socket.send(question, port, host, () => undefined)
    return (await answered)
      ? good(subject, `UDP port ${port} answers.`)
      : bad(
          subject,
          `UDP port ${port} of ${host} does not answer: open it in the firewall, or people behind routers connect less often.`,
        )
  } finally {
    socket.close()
  }
}
