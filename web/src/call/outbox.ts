import { asApiError } from "../api/error";

/** A line of one's own that the server has not confirmed. */
export interface Unsent {
  key: number;
  text: string;
  /** The code of the refusal, once there is one. */
  failed: string | undefined;
}

/** Keeps what was written until the server has it, so that nothing typed is lost. */
export class Outbox {
  private lines: readonly Unsent[] = [];
  private next = 1;
  private readonly changed: (lines: readonly Unsent[]) => void;

  constructor(changed: (lines: readonly Unsent[]) => void) {
    this.changed = changed;
  }

  async send(text: string, deliver: () => Promise<void>): Promise<void> {
    const key = this.next++;
    this.hold([...this.lines, { key, text, failed: undefined }]);
    try {
      await deliver();
      this.hold(this.lines.filter((line) => line.key !== key));
    } catch (error) {
      const failed = asApiError(error).code;
      this.hold(this.lines.map((line) => (line.key === key ? { ...line, failed } : line)));
    }
  }

  /** Takes a line out, to send it again. */
  take(key: number): string | undefined {
    const line = this.lines.find((one) => one.key === key);
    this.hold(this.lines.filter((one) => one.key !== key));
    return line?.text;
  }

  private hold(lines: readonly Unsent[]): void {
    this.lines = lines;
    this.changed(lines);
  }
}
