// The picture of a group, over what stands for it until it is there.

import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import '../../styles/group.css'

export function GroupImage({ id }: { readonly id: string }) {
  const { model } = useApp()
  const url = usePicture(id, model.group(id).value)
  return url === undefined ? null : <img class="avatar-picture" src={url} alt="" />
}

/** Read again with the group: the bytes may come after the word that there is a picture. */
function usePicture(id: string, group: { readonly picture?: string } | undefined): string | undefined {
  const { model } = useApp()
  const [shown, setShown] = useState<{ readonly hash: string; readonly url: string }>()
  const hash = group?.picture
  useEffect(() => {
    if (hash === undefined || shown?.hash === hash) return undefined
    let isOver = false
    model.calls.groupPicture(id).then(
      (picture) => {
        if (isOver || picture === undefined) return
        const blob = new Blob([new Uint8Array(picture)], { type: 'image/jpeg' })
        setShown({ hash, url: URL.createObjectURL(blob) })
      },
      () => undefined,
    )
    return () => void (isOver = true)
  }, [id, group])
  useEffect(() => () => (shown === undefined ? undefined : URL.revokeObjectURL(shown.url)), [shown])
  return shown !== undefined && shown.hash === hash ? shown.url : undefined
}
