// npm runs this after an install: builds the library, so that `import … from 'safelight'` works at once, in the project
// and for whoever installs it from a folder or a repository. Plain JavaScript: it may run on an older Node.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { root } from './install.js'
import { finishLibrary } from './library.js'

// Absent when only the run-time dependencies were asked for; what was built before stays.
const compiler = `${root}node_modules/.bin/tsc`
if (existsSync(compiler)) {
  const { status } = spawnSync(
    compiler,
    ['-b', 'src', 'relay', 'src/storage/opfs-worker', 'src/storage/stretch-worker'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  // A source file that is being edited must not break the installation of everything else.
  if (status === 0) finishLibrary()
  else console.warn('The library was not built: see above, and `npm run typecheck`.')
}
