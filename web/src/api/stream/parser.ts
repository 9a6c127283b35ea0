/** One event of a stream, as the server sent it. `data` is text; what it means is the reader's business. */
export interface StreamEvent {
  type: string;
  data: string;
  /** What to name as Last-Event-ID from here on; empty when the server has named none. */
  id: string;
}

/** What a piece of a stream says: events, and the pause in ms that the server asks for before coming back. */
export interface Heard {
  events: StreamEvent[];
  retry?: number;
}

/** Reads text/event-stream (WHATWG HTML §9.2.6) from pieces that may break anywhere, between the bytes of a letter too. */
export class StreamParser {
  private readonly decoder = new TextDecoder();
  private rest = "";
  private type = "";
  private data: string[] = [];
  private id = "";

  push(piece: Uint8Array): Heard {
    const heard: Heard = { events: [] };
    const text = this.rest + this.decoder.decode(piece, { stream: true });
    // A \r at the very end may be half of \r\n: it waits for what follows.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? "") + text.slice(whole.length);
    for (const line of lines) this.line(line, heard);
    return heard;
  }

  private line(line: string, heard: Heard): void {
    if (line === "") {
      if (this.data.length > 0) heard.events.push({ type: this.type || "message", data: this.data.join("\n"), id: this.id });
      this.type = "";
      this.data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: it only shows that somebody is there
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.type = value;
    else if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) heard.retry = Number(value);
  }
}
