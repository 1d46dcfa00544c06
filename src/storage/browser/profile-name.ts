// The name of a profile in the browser: part of the names of its databases, folder and lock. One origin can hold
// several, for example one per embedded widget.

/** @throws TypeError for a name that a file system or another profile could stumble over */
export function profileNames(name: string) {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw new TypeError('storage: not a profile name')
  return {
    lock: `safelight/${name}`,
    records: `safelight/${name}/records`,
    vault: `safelight/${name}/vault`,
    blobs: `safelight/${name}/blobs`,
    blobFolder: `safelight-${name}`,
  } as const
}
