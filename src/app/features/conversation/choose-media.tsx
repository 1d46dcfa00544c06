// Photos, videos and recordings for something that is made in a dialog: ways to add them, and those that were added.

import { useState } from 'preact/hooks'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { chooseFiles } from './choose-files.ts'
import type { Choice } from './chosen-media.ts'
import { maxMedia } from './chosen-media.ts'

const CameraDialog = later(async () => (await import('../camera/camera-dialog.tsx')).CameraDialog)
const Tray = later(async () => (await import('./tray.tsx')).Tray)

/** `onlyQuality`: of how they go out, nothing else is chosen. `hidden`: they are on their way. */
export function ChooseMedia({
  choice,
  onlyQuality = false,
  hidden,
  onChoice,
}: {
  readonly choice: Choice
  readonly onlyQuality?: boolean
  readonly hidden: boolean
  readonly onChoice: (next: Choice | ((current: Choice) => Choice)) => void
}) {
  const [camera, setCamera] = useState(false)
  return (
    <>
      {choice.refusals.length > 0 && <Alert>{choice.refusals.join(' ')}</Alert>}
      <div class="button-row" hidden={hidden}>
        <span class="button file-button">
          <Icon name="addMedia" size={20} />
          <span aria-hidden="true">Photos or videos</span>
          <input
            type="file"
            aria-label="Add photos or videos"
            accept="image/*,video/*,.heic,.heif,.mkv"
            multiple
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              onChoice((current) => chooseFiles(current, files))
              // The same file may be chosen again.
              event.currentTarget.value = ''
            }}
          />
        </span>
        <button type="button" class="button" disabled={choice.media.length >= maxMedia} onClick={() => setCamera(true)}>
          <Icon name="camera" size={20} />
          Camera
        </button>
      </div>
      {choice.media.length > 0 && !hidden && <Tray choice={choice} onChoice={onChoice} onlyQuality={onlyQuality} />}
      {camera && (
        <CameraDialog room={maxMedia - choice.media.length} onClose={() => setCamera(false)} onMade={onChoice} />
      )}
    </>
  )
}
