// Scans the code on the other one's screen: by the camera, or from a picture of it that is chosen or pasted.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { CodeResult, ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useCamera } from '../../ui/use-camera.ts'
import { useTask } from '../../ui/use-task.ts'
import { codeText } from './code-text.ts'
import { readCode } from './read-code.ts'
import '../../styles/camera.css'

/** Often enough for a steady hand, with time between for everything else. */
const frameIntervalMs = 150
const frameLimitMs = 40
/** A chosen picture is read once, with patience. */
const pictureLimitMs = 2000

export function ScanDialog({
  contact,
  onClose,
  onResult,
}: {
  readonly contact: ContactView
  readonly onClose: () => void
  readonly onResult: (result: CodeResult) => void
}) {
  const { model } = useApp()
  const { video, problem } = useCamera()
  const [refusal, setRefusal] = useState<string>()
  const task = useTask()
  const lastText = useRef<string | undefined>(undefined)

  const compare = async (text: string) => {
    const result = await model.calls.compareCode(contact.id, text)
    // Whatever else hangs on the wall: look on.
    if (result === 'no-code') return setRefusal(codeText(result, contact.name))
    onResult(result)
    onClose()
  }
  const readPicture = (file: Blob | undefined) => {
    if (file === undefined) return
    task.run(async () => {
      setRefusal(undefined)
      const bitmap = await createImageBitmap(file).catch(() => undefined)
      const text = bitmap === undefined ? undefined : readCode(bitmap, pictureLimitMs)
      bitmap?.close()
      if (text === undefined) setRefusal('There is no code in this picture that can be read. Take it from nearer.')
      else await compare(text)
    })
  }

  useEffect(() => {
    const timer = setInterval(() => {
      const element = video.current
      const text = element === null ? undefined : readCode(element, frameLimitMs)
      if (text === undefined || text === lastText.current) return
      lastText.current = text
      task.run(() => compare(text))
    }, frameIntervalMs)
    const paste = (event: ClipboardEvent) => readPicture(event.clipboardData?.files[0])
    document.addEventListener('paste', paste)
    return () => {
      clearInterval(timer)
      document.removeEventListener('paste', paste)
    }
  }, [])

  return (
    <Dialog label="Scan code" onClose={onClose}>
      <p class="hint">
        On {contact.name}’s screen, open the conversation with you, its details, and Verify. Then hold the code in front
        of this camera.
      </p>
      {problem === undefined ? (
        <div class="scanner">
          <video ref={video} class="camera" autoplay muted playsInline />
          <span class="scanner-frame" aria-hidden="true" />
        </div>
      ) : (
        <Alert>{problem}</Alert>
      )}
      {(refusal ?? task.error) !== undefined && <Alert>{refusal ?? task.error}</Alert>}
      <label class="button file-button">
        <Icon name="picture" size={20} />
        Choose a picture of the code
        <input
          type="file"
          accept="image/*"
          disabled={task.busy}
          onChange={(event) => {
            readPicture(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </label>
      <p class="fine">You can also paste one. The picture stays on this device and is not kept.</p>
    </Dialog>
  )
}
