// Installs what package-lock.json asks for when it is not there yet. Plain JavaScript without dependencies: this runs
// before node_modules exists, on whatever Node the machine has (20 or newer).

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const projectNode = `${root}node_modules/.bin/node`

/**
 * Makes sure that node_modules matches the lockfile.
 *
 * @returns {string} the Node to run everything with: the project's own, which is newer than many a system's
 */
export function install() {
  if (!isInstalled()) {
    console.log('Installing packages (npm ci) …')
    run('npm', ['ci', '--no-audit', '--no-fund'])
  }
  // Its binary comes with an install script, which npm may be configured to skip.
  if (!runs(projectNode)) run('npm', ['rebuild', 'node', '--ignore-scripts=false'])
  if (runs(projectNode)) return projectNode
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  console.error('Safelight needs Node 24 or newer, and the `node` package could not be installed.')
  process.exit(1)
}

/** Whether every package of the lockfile is installed in its version; npm writes the second file last of all. */
function isInstalled() {
  const installedFile = `${root}node_modules/.package-lock.json`
  if (!existsSync(installedFile)) return false
  try {
    const wanted = readPackages(`${root}package-lock.json`)
    const installed = readPackages(installedFile)
    return Object.entries(wanted).every(([path, { version, optional }]) => {
      if (path === '') return true
      const found = installed[path]
      return found === undefined ? optional === true : found.version === version
    })
  } catch {
    return false
  }
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

/** @param {string} program */
function runs(program) {
  const probe = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return probe.status === 0 && Number.parseInt(probe.stdout.slice(1), 10) >= 24
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' })
  if (status === 0) return
  console.error(`${program} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}
