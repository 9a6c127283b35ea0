import { backoff } from "../../call/backoff";
import { asApiError } from "../error";
import { StreamParser, type StreamEvent } from "./parser";
import type { Source } from "./source";

/**
 * How a stream stands: `down` is until it is open again, which it tries by itself; `refused` (with the server's code)
 * until it is asked to try.
 */
export type Link = { name: "opening" | "open" | "down" } | { name: "refused"; code: string };

export interface ConnectionEvents {
  event(event: StreamEvent): void;
  link(link: Link): void;
  /** Something came, if only a comment. */
  alive(): void;
}

/** Calls back when the machine may have slept or was offline; answers how to stop. */
export type Wakes = (wake: () => void) => () => void;

// The server says something every 15 s.
const deafAfter = 40_000;
const suspectAfter = 20_000;
const watchEvery = 5_000;
const proven = 10_000;

// With these the server ends a stream that may be opened again: it goes down for a while, or is overloaded.
const passing = new Set(["unavailable", "database-unavailable", "too-many-requests", "internal", "drain", "draining"]);

/** Holds one stream open: resumes where it stopped, paced by the server and by chance, at once when the tab wakes. */
export class Connection {
  lastEventId: string;
  private readonly address: string;
  private readonly source: Source;
  private readonly events: ConnectionEvents;
  private readonly random: () => number;
  private readonly stopWaking: () => void;
  private run: AbortController | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private attempt = 0;
  private retry = 2;
  private heardAt = 0;
  private openedAt = 0;
  private closed = false;
  private current: Link = { name: "opening" };

  constructor(address: string, lastEventId: string, source: Source, wakes: Wakes, events: ConnectionEvents, random: () => number) {
    this.address = address;
    this.lastEventId = lastEventId;
    this.source = source;
    this.events = events;
    this.random = random;
    this.stopWaking = wakes(() => { this.wake(); });
    void this.open();
  }

  close(): void {
    this.closed = true;
    this.stopWaking();
    this.drop();
  }

  /** Tries at once, also after a refusal: something has changed, a join or a new tab. */
  reopen(): void {
    if (this.closed || this.run !== undefined) return;
    this.attempt = 0;
    void this.open();
  }

  private wake(): void {
    if (this.closed || this.current.name === "refused") return;
    if (this.run === undefined) this.reopen();
    // A connection that was cut while the machine slept still looks open.
    else if (Date.now() - this.heardAt > suspectAfter) void this.open();
  }

  private drop(): void {
    clearTimeout(this.timer);
    clearInterval(this.watch);
    this.run?.abort();
    this.run = undefined;
  }

  private async open(): Promise<void> {
    this.drop();
    const run = new AbortController();
    this.run = run;
    if (this.current.name === "refused") this.tell({ name: "opening" });
    this.openedAt = this.heardAt = Date.now();
    this.watch = setInterval(() => {
      if (Date.now() - this.heardAt > deafAfter) this.lost(run, undefined);
    }, watchEvery);
    try {
      const ended = await this.listen(run);
      if (ended === undefined || passing.has(ended)) this.lost(run, this.retry);
      else this.refused(run, ended);
    } catch (error) {
      const { code, passing: again, retryAfter } = asApiError(error);
      // What is no answer of the API is a connection that broke.
      if (again || code === "internal") this.lost(run, retryAfter);
      else this.refused(run, code);
    }
  }

  /** Reads until the stream ends; answers the code that the server ended it with. */
  private async listen(run: AbortController): Promise<string | undefined> {
    const pieces = await this.source(this.address, this.lastEventId, run.signal);
    if (run !== this.run) return undefined;
    this.openedAt = Date.now();
    this.tell({ name: "open" });
    const parser = new StreamParser();
    for await (const piece of pieces) {
      if (run !== this.run) return undefined;
      this.heardAt = Date.now();
      this.events.alive();
      const { events, retry } = parser.push(piece);
      if (retry !== undefined) this.retry = retry / 1000;
      for (const event of events) {
        if (event.id !== "") this.lastEventId = event.id;
        if (event.type === "end") return codeIn(event.data);
        this.events.event(event);
      }
    }
    return undefined;
  }

  private lost(run: AbortController, floor: number | undefined): void {
    if (run !== this.run) return;
    this.drop();
    if (this.current.name === "open" && Date.now() - this.openedAt > proven) this.attempt = 0;
    const pause = backoff(this.attempt, floor, this.random);
    this.attempt += 1;
    this.tell({ name: "down" });
    this.timer = setTimeout(() => { void this.open(); }, pause);
  }

  private refused(run: AbortController, code: string): void {
    if (run !== this.run) return;
    this.drop();
    this.lastEventId = ""; // what is heard after another beginning is heard whole
    this.tell({ name: "refused", code });
  }

  private tell(link: Link): void {
    if (this.closed) return;
    if (link.name === this.current.name && link.name !== "refused") return;
    this.current = link;
    this.events.link(link);
  }
}

function codeIn(data: string): string {
  try {
    const body: unknown = JSON.parse(data);
    if (typeof body === "object" && body !== null && "code" in body && typeof body.code === "string") return body.code;
  } catch {
    // An end without a reason is an end.
  }
  return "forbidden";
}
