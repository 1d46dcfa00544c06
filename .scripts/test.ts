// `npm test`: all tests, with what they need set up first.

import { close, runSuites } from './suites.ts'

close(await runSuites())
