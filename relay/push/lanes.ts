// Runs jobs, so many at once and so many of one lane: a server that hangs keeps its own lane waiting, not the others.

export interface Lanes {
  /** In the order of their lane. The job must not reject. */
  add(lane: string, job: () => Promise<void>): void
}

export function createLanes(bounds: { readonly atOnce: number; readonly perLane: number }): Lanes {
  // The lane that was served last is last.
  const lanes = new Map<string, { readonly jobs: (() => Promise<void>)[]; running: number }>()
  let running = 0

  function run(): void {
    for (const [name, lane] of lanes) {
      if (running >= bounds.atOnce) return
      if (lane.running >= bounds.perLane) continue
      const job = lane.jobs.shift()
      if (job === undefined) {
        if (lane.running === 0) lanes.delete(name)
        continue
      }
      // Visited again by this very loop, after the others.
      lanes.delete(name)
      lanes.set(name, lane)
      running += 1
      lane.running += 1
      void job().finally(() => {
        running -= 1
        lane.running -= 1
        run()
      })
    }
  }

  return {
    add(name, job) {
      const lane = lanes.get(name) ?? { jobs: [], running: 0 }
      lane.jobs.push(job)
      lanes.set(name, lane)
      run()
    },
  }
}
