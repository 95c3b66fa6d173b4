/** The bytes behind `sys_attachment` records. */
export class Attachments {
  #files = new Map<string, Buffer>();
  set(sysId: string, bytes: Buffer): void {
    this.#files.set(sysId, bytes);
  }
  get(sysId: string): Buffer {
    return this.#files.get(sysId) ?? Buffer.alloc(0);
  }
  delete(sysId: string): void {
    this.#files.delete(sysId);
  }
  clear(): void {
    this.#files.clear();
  }
}
