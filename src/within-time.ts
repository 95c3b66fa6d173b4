/**
 * The result of some work, or an error once time is up; the work itself goes on. A plain timer: one that is aborted would
 * make an error for each call that ended in time.
 */
export function withinTime<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms).unref();
    const done = () => clearTimeout(timer);
    work.then(resolve, reject).then(done, done);
  });
}
