// The package has types for a build of another name.

declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  import type { Libheif } from './libheif.ts'
  export default function create(options: {
    readonly print: (text: string) => void
    readonly printErr: (text: string) => void
  }): Libheif
}
