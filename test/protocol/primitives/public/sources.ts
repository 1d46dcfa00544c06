// Where the public vectors come from: files of public repositories, each at one commit and with one content. They are
// not part of the project. `npm run vectors:fetch` puts them into `.vectors`; `SAFELIGHT_PUBLIC_VECTORS` names another
// folder, with the same file names.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Source {
  /** In the folder. */
  readonly name: string
  /** On github.com. */
  readonly repository: string
  readonly commit: string
  readonly path: string
  /** Of the content, in hex. */
  readonly sha256: string
}

const wycheproof = (name: string, sha256: string): Source => ({
  name: `wycheproof-${name}.json`,
  repository: 'C2SP/wycheproof',
  commit: 'dac1dd4729fd1f8dd9e1e9f3dce51d783da6c166',
  path: `testvectors_v1/${name}_test.json`,
  sha256,
})

/** NIST's own files, compressed: the repository of NIST has a gigabyte. */
const acvp = (name: string, sha256: string): Source => ({
  name: `acvp-${name}.json.gz`,
  repository: 'paulmillr/acvp-vectors',
  commit: '2e9216ceafb854d7bc113088a2f8b043654226a8',
  path: `acvp/${name}-FIPS203/internalProjection.json.gz`,
  sha256,
})

export const sources: readonly Source[] = [
  wycheproof('x25519', '35c3f5231cf25cc640b524d403461deee9e49441d5d915a3a25b2c8ff5adbe7d'),
  wycheproof('ed25519', '752d2ea7d7c6cf4736381b6cbacb61f8182b126ab7cd9b058f00c50084975536'),
  wycheproof('chacha20_poly1305', 'fe61d25f90e1bde4461d00eafe61049e5f29bd999f36b766df9cda90906ad53d'),
  wycheproof('xchacha20_poly1305', 'a79de072571b90eb40c3a63ce0c7f75dcb4b62323c8870228e1f61dcc61d63a9'),
  wycheproof('aes_gcm', '985e5ecc172e181eaf49e89508b9470dcf478002eb7e8559c707eb42dc97dfe7'),
  wycheproof('hkdf_sha256', 'bb2b462a38b251cb52a2aede706d6d4b62b26864f4e80c95497507ddb07c5f1e'),
  wycheproof('hmac_sha256', '2d201cfa61d1bf95e6f5d07d96634b4a348b31e8eaa277ad7c8d09677b7a743f'),
  wycheproof('hmac_sha384', '28b9776e979dd755d852ca471043ea6cedce8b15f7a28abdf6ea9efd982b43c0'),
  wycheproof('mlkem_768', 'c2bc0264a150c3a4399da72701d154672e9f708420cff8f01340ef0b1f17f4f7'),
  wycheproof('mlkem_768_encaps', '9d4381f94c40853bba430245b94968b7390d9175aacd9f1ae4e250a71c78b713'),
  wycheproof('mlkem_768_keygen_seed', 'fde5abe284396f4cb3c4610b90d680f0b57782e94c3365c97aee59e24881ebe4'),
  acvp('ML-KEM-keyGen', '680b7ccfe47f17cf9c3e69e6115c99ae73ff28af4586ad32f5deb2837d7e1bc7'),
  acvp('ML-KEM-encapDecap', '390a6779d2e46e64c8f063bd393ec27d53319704496ba99faf7f65d88f52064d'),
  {
    name: 'x-wing.json',
    repository: 'dconnolly/draft-connolly-cfrg-xwing-kem',
    commit: '9b6ce9e614811dba8d46841052f3883cbc4c1a65',
    path: 'spec/test-vectors.json',
    sha256: '409efe197550b22985b4a0419418a0c5f2c2b193426c55bd998399ec8d3e614d',
  },
  {
    // X-Wing under its later name.
    name: 'mlkem768-x25519.json',
    repository: 'paulmillr/noble-post-quantum',
    commit: 'abd4ece05228fa7fcd18453c38c623aaecd2428b',
    path: 'test/vectors/hybrids/test-vectors-MLKEM768X25519.json',
    sha256: '2e5c12c08444b7c273fbf8691490923da35e7cb638dd0b4567763928552229ee',
  },
]

const asked = process.env['SAFELIGHT_PUBLIC_VECTORS']

/** Where `npm run vectors:fetch` puts them and the tests look for them. */
export const vectorFolder: string = asked ? asked : fileURLToPath(new URL('../../../../.vectors', import.meta.url))

/** Whether the tests have anything to run over. An asked-for folder has to be there. */
export const hasVectors: boolean = asked ? true : existsSync(vectorFolder)
