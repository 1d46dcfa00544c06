// `/metrics` on a port of its own that only this machine can reach: what it shows is the operator's.

import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Metrics } from '../metrics.ts'

export function createMetricsServer(metrics: Metrics): Server {
  return createServer((request, response) => {
    // A page that made its own name point to this machine would read along otherwise.
    if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? '')) {
      response.writeHead(403).end()
      return
    }
    const found = request.url === '/metrics' && request.method === 'GET'
    response.writeHead(found ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(found ? metrics.render() : 'See /metrics.\n')
  })
}
