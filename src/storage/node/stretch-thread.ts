// The thread that stretches one passphrase and ends. It answers with the key, or with undefined.

import { parentPort, workerData } from 'node:worker_threads'
import { stretch } from '../../protocol/primitives/argon2.ts'
import type { StretchRequest } from '../stretch-request.ts'

const { secret, salt, cost }: StretchRequest = workerData
parentPort?.postMessage(await stretch(secret, salt, cost).catch(() => undefined))
