import { MediaError } from '../../messenger/ports.ts'

/** Code that only some files need. @throws MediaError `not-loaded` */
export async function load<Module>(module: Promise<Module>): Promise<Module> {
  return await module.catch((cause: unknown) => {
    throw new MediaError('not-loaded', { cause })
  })
}
