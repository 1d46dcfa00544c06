// Why a camera or microphone gives nothing, as sentences: what happened, and what to do.

export type CaptureProblem = 'refused' | 'missing' | 'in-use' | 'unplugged' | 'unsupported' | 'failed'

type Device = 'camera' | 'microphone'

/** `error`: of `getUserMedia`. */
export function captureProblem(error: unknown): CaptureProblem {
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  if (name === 'NotReadableError' || name === 'AbortError') return 'in-use'
  // Without `mediaDevices`, or without a recorder.
  return name === 'TypeError' || name === 'NotSupportedError' || name === 'ReferenceError' ? 'unsupported' : 'failed'
}

export function captureText(problem: CaptureProblem, device: Device): string {
  switch (problem) {
    case 'refused':
      return `The browser does not allow the ${device} for this page. Allow it in the address bar, then try again.`
    case 'missing':
      return `There is no ${device} on this device. Connect one, then try again.`
    case 'in-use':
      return `The ${device} cannot be used. Another program may be using it: close that, then try again.`
    case 'unplugged':
      return `The ${device} was disconnected. What you made is kept: connect it, then try again.`
    case 'unsupported':
      return `This browser cannot record with the ${device}. Choose a file that another program recorded.`
    case 'failed':
      return `The ${device} stopped without a reason. What you made is kept: try again.`
  }
}
