// Builds the app to dist/app and tells the test runner which tests run where.

import preact from '@preact/preset-vite'
import { playwright } from '@vitest/browser-playwright'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { build } from 'vite'
import { defineConfig } from 'vitest/config'
import { noSecp256k1 } from './.scripts/no-secp256k1.ts'
import { oneCopy } from './.scripts/one-copy.ts'
import { browserCommands } from './test/support/browser-commands.ts'
import { hasCaddy } from './test/support/caddy.ts'
import { chromiumFlags, findChromium } from './test/support/chromium.ts'
import { hasCoturn } from './test/support/coturn.ts'
import { hasExiftool } from './test/support/exiftool.ts'
import { videoCommands } from './test/support/video-commands.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
const chromium = findChromium()

export default defineConfig({
  root,
  plugins: [noSecp256k1(), oneCopy(), preact(), serviceWorker(), stylesInDevelopment()],
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'assets/manifest.json',
    // The page's content security policy knows no `data:` scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The size budget (`npm run size`) is what decides.
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        chunkFileNames,
        codeSplitting: { groups: [{ name: 'messenger', test: isCore }], includeDependenciesRecursively: false },
      },
    },
  },
  // Imported late or by workers, where the scan before the first page does not look: found then, the page would reload.
  optimizeDeps: {
    include: [
      'hash-wasm',
      '@mediabunny/aac-encoder',
      '@scure/bip39',
      '@scure/bip39/wordlists/english.js',
      'libheif-js/libheif-wasm/libheif-bundle.mjs',
    ],
  },
  worker: { format: 'es', plugins: () => [noSecp256k1(), oneCopy()], rollupOptions: { output: { chunkFileNames } } },
  server: {
    proxy: {
      '/.well-known': 'http://localhost:8080',
      '/v1': 'http://localhost:8080',
      '/p2p': { target: 'ws://localhost:8080', ws: true },
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/**/*.browser.test.{ts,tsx}', 'test/e2e/**', 'test/bench/**'],
          // Many of them wait for processes that they start; by itself vitest uses one worker on two cores.
          maxWorkers: Math.max(3, availableParallelism() - 1),
          testTimeout: 20_000,
          expect: { poll: { timeout: 5000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.{ts,tsx}'],
          // npm test says so when it is left out.
          exclude: ['test/e2e/**', ...(hasExiftool() ? [] : ['test/media/exiftool*.browser.test.ts'])],
          testTimeout: 30_000,
          // As for the stories below: what needed it is named in the output.
          retry: 1,
          // A second is too little where something else keeps the machine busy.
          expect: { poll: { timeout: 10_000 } },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: [...chromiumFlags], ...(chromium ? { executablePath: chromium } : {}) },
            }),
            instances: [{ browser: 'chromium' }],
            commands: { ...browserCommands, ...videoCommands },
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          // npm test says so when they are left out.
          exclude: [
            ...(hasCaddy() ? [] : ['test/e2e/behind-proxy.test.ts']),
            ...(hasCoturn() ? [] : ['test/e2e/turn.test.ts']),
          ],
          globalSetup: ['test/support/build-app.ts'],
          // Each story starts browsers and a relay of its own: two at once keep two cores busy, more would starve each other.
          maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
          // Real browsers on a machine that may be busy with other things. A story that needed it is named in the output.
          retry: 1,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

/**
 * Emits the service worker as one classic script, `/sw.js`, in a build of its own: it shares no chunk with the page,
 * and knows the page's files by name as `__SHELL_FILES__`.
 */
function serviceWorker(): Plugin {
  return {
    name: 'safelight-service-worker',
    apply: 'build',
    async writeBundle(_, bundle) {
      const shell = [
        '/',
        ...Object.keys(bundle)
          .filter(isShellFile)
          .map((name) => `/${name}`),
      ]
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        define: { __SHELL_FILES__: JSON.stringify(shell.toSorted()) },
        build: {
          outDir: 'dist/app',
          emptyOutDir: false,
          target: 'es2022',
          reportCompressedSize: false,
          rollupOptions: {
            input: `${root}src/app/sw/main.ts`,
            output: { format: 'iife', entryFileNames: 'sw.js' },
          },
        },
      })
    },
  }
}

/** The development server puts styles into the page itself, which the page's content security policy forbids. */
function stylesInDevelopment(): Plugin {
  return {
    name: 'safelight-styles-in-development',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
  }
}

/**
 * One chunk for the messenger, what it stands on, and what leads a tab with it. Each part that is loaded late would
 * otherwise cut what it shares with the rest into chunks of their own, which weigh more than what is left out.
 */
function isCore(id: string): boolean {
  const isLate =
    /\/(?:viewings|key-changes|wishes|follow-uplink|transfers|usage|make-room|transfer\/(?:hashes|asking|drain-source|fetch-beside|fetch-blob|pace|plan|segment-source|serve-readers|stored-blob|turns)|verification|verification\/[a-z-]+|seal-media|read-ahead|blob\/seal|clean-file-name|argon2|recovery-words|wake-ups|follow-file|people\/(?:block|follows|follow-answers|introductions|report)|protocol\/report\/file|posts\/(?:posts|received-post)|messenger\/calls\/[a-z-]+|thread\/thread|conversation\/(?:broadcast|forward)|messenger\/search\/[a-z-]+|protocol\/group\/[a-z-]+|groups\/(?!(?:gate|people|waiting-invitation)\.)[a-z-]+)\.ts$/.test(
      id,
    )
  return !isLate && /\/src\/(?:messenger|protocol)\/|\/src\/app\/state\/(?:leader|sends)\.ts$|\/@noble\//.test(id)
}

/** Large packages that are loaded on demand have chunks of their own: the size budget knows those by name. */
function chunkFileNames({ moduleIds }: { readonly moduleIds: readonly string[] }): string {
  const isOf = (name: string): boolean => moduleIds.some((id) => id.includes(`/node_modules/${name}/`))
  const library = ['mediabunny', '@mediabunny/aac-encoder', 'libheif-js'].find(isOf)
  return library === undefined ? 'assets/[name]-[hash].js' : `assets/${library.replace(/^.*\//, '')}-[hash].js`
}

/** What the page needs to start without a network; not the libraries for media, which few visits use. */
function isShellFile(name: string): boolean {
  return (
    !/^assets\/(mediabunny|aac-encoder|libheif-js)-/.test(name) && /^assets\/.+\.(js|css|woff2|svg|png)$/.test(name)
  )
}
