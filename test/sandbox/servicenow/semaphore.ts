/** API_INT: some transactions at once, a queue for others; whoever finds the queue full is turned away. */
export class Semaphore {
  readonly #limits: { transactions: number; transactionQueue: number };
  #running = 0;
  #waiting: (() => void)[] = [];
  /** The most that were running and waiting at any one time. */
  maxConcurrent = 0;

  constructor(limits: { transactions: number; transactionQueue: number }) {
    this.#limits = limits;
  }

  /** Resolves when it is this request's turn; `undefined` when the queue is full. */
  enter(): Promise<void> | undefined {
    const present = this.#running + this.#waiting.length + 1;
    if (this.#waiting.length >= this.#limits.transactionQueue) return undefined;
    this.maxConcurrent = Math.max(this.maxConcurrent, present);
    if (this.#running < this.#limits.transactions) {
      this.#running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
